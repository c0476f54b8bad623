const word =
  /southeast|north|south|east|west|central|europe|asia|africa|india|us|uk|uae|australia|brazil|canada|france|germany|italy|japan|korea|mexico|norway|poland|spain|sweden|switzerland|\d/g;

/** `eastus2` as the `x-ms-region` header says it: `East US 2`. A name that is no Azure region stays as it is. */
export function displayName(name: string): string {
  const words = name.match(word) ?? [];
  if (words.join('') !== name) return name;
  return words.map((part) => (part.length < 4 ? part.toUpperCase() : part[0]?.toUpperCase() + part.slice(1))).join(' ');
}
