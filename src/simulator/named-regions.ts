/** Regions by name, or a list of regions that say their name. */
export type RegionsByName<Options extends object> =
  | Readonly<Record<string, Options>>
  | readonly (Options & { readonly name: string })[];

/**
 * The regions as a list.
 *
 * @throws TypeError when there are none, or two of one name.
 */
export function namedRegions<Options extends object>(
  regions: RegionsByName<Options>,
): readonly (Options & { readonly name: string })[] {
  const named = isList(regions) ? regions : Object.entries(regions).map(([name, region]) => ({ ...region, name }));
  const names = named.map(({ name }) => name);
  if (names.length === 0) throw new TypeError('regions must be one or more, got none');
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw new TypeError(`regions must have different names, got "${twice}" twice`);
  return named;
}

// `Array.isArray` does not narrow a readonly array out of a union.
function isList<Options extends object>(
  regions: RegionsByName<Options>,
): regions is readonly (Options & { readonly name: string })[] {
  return Array.isArray(regions);
}
