/** The part of JSON Schema (draft 2020-12) that {@link mismatches} knows. What is not here does not compile. */
export type JsonSchema = Annotations &
  (ObjectSchema | RecordSchema | ListSchema | TupleSchema | LeafSchema | ChoiceSchema);

interface Annotations {
  readonly title?: string;
  readonly description?: string;
  readonly $schema?: string;
}

interface ObjectSchema {
  readonly type: 'object';
  readonly properties: Readonly<Record<string, JsonSchema>>;
  readonly required: readonly string[];
  readonly additionalProperties: false;
}

/** Any members, of any JSON. */
interface RecordSchema {
  readonly type: 'object';
  readonly additionalProperties: true;
}

interface ListSchema {
  readonly type: 'array';
  readonly items: JsonSchema;
  readonly minItems?: 1;
}

interface TupleSchema {
  readonly type: 'array';
  readonly prefixItems: readonly JsonSchema[];
  readonly minItems: number;
  readonly maxItems: number;
}

/** Objects of which no two have a required member in common, so that one such member tells which of them is meant. */
interface ChoiceSchema {
  readonly oneOf: readonly [ObjectSchema, ...ObjectSchema[]];
}

type LeafSchema = ConstSchema | TextSchema | NumberSchema | { readonly anyOf: readonly (TextSchema | NumberSchema)[] };

interface ConstSchema {
  readonly const: number;
}

interface TextSchema {
  readonly type: 'string';
  readonly pattern?: string;
  readonly minLength?: 1;
}

interface NumberSchema {
  readonly type: 'number' | 'integer';
  readonly minimum?: number;
  readonly exclusiveMinimum?: number;
  readonly maximum?: number;
}

/** Everything in which a value is not as its schema wants it: path, rule and value, a line each. */
export function mismatches(schema: JsonSchema, value: unknown, path: string): readonly string[] {
  if ('oneOf' in schema) {
    const has = (name: string): boolean => isObject(value) && value[name] !== undefined;
    const whole = schema.oneOf.find(({ required }) => required.every(has));
    const begun = schema.oneOf.find(({ required }) => required.some(has));
    return mismatches(whole ?? begun ?? schema.oneOf[0], value, path);
  }
  if ('additionalProperties' in schema) {
    if (!isObject(value)) return [mismatch(path, 'an object', value)];
    if ('properties' in schema) return inMembers(schema, value, path);
    return isJson(value) ? [] : [mismatch(path, 'made of JSON values', value)];
  }
  if ('items' in schema) {
    if (!Array.isArray(value)) return [mismatch(path, 'a list', value)];
    if (value.length < (schema.minItems ?? 0)) return [mismatch(path, 'a list of one or more', value)];
    return value.flatMap((item, index) => mismatches(schema.items, item, `${path}[${index}]`));
  }
  if ('prefixItems' in schema) {
    if (!Array.isArray(value) || value.length !== schema.minItems) {
      return [mismatch(path, `a list of ${schema.minItems}`, value)];
    }
    return schema.prefixItems.flatMap((item, index) => mismatches(item, value[index], `${path}[${index}]`));
  }
  return isLeaf(schema, value) ? [] : [mismatch(path, ruleOf(schema), value)];
}

/** One line: path, rule and value. */
export function mismatch(path: string, rule: string, value: unknown): string {
  return `${path}: must be ${rule}, got ${shown(value)}`;
}

function inMembers({ properties, required }: ObjectSchema, value: JsonObject, path: string): readonly string[] {
  const known = Object.keys(properties);
  // An `undefined` member is one that is not there, as JSON has none.
  const given = Object.keys(value).filter((name) => value[name] !== undefined);
  const unknown = given
    .filter((name) => !known.includes(name))
    .map((name) => `${path}.${name}: is unknown; known are ${known.join(', ')}`);
  const wrong = Object.entries(properties)
    .filter(([name]) => required.includes(name) || given.includes(name))
    .flatMap(([name, schema]) => mismatches(schema, value[name], `${path}.${name}`));
  return [...unknown, ...wrong];
}

function isLeaf(schema: LeafSchema, value: unknown): boolean {
  if ('const' in schema) return value === schema.const;
  if ('anyOf' in schema) return schema.anyOf.some((one) => isLeaf(one, value));
  if (schema.type === 'string') {
    const { minLength = 0, pattern = '' } = schema;
    return typeof value === 'string' && value.length >= minLength && new RegExp(pattern, 'u').test(value);
  }
  const {
    type,
    minimum = Number.NEGATIVE_INFINITY,
    exclusiveMinimum = Number.NEGATIVE_INFINITY,
    maximum = Number.POSITIVE_INFINITY,
  } = schema;
  if (typeof value !== 'number' || !Number.isFinite(value)) return false;
  const fits = value >= minimum && value > exclusiveMinimum && value <= maximum;
  return fits && (type === 'number' || Number.isInteger(value));
}

function ruleOf(schema: LeafSchema): string {
  if ('const' in schema) return String(schema.const);
  if ('anyOf' in schema) return schema.anyOf.map(ruleOf).join(' or ');
  if (schema.type === 'string') {
    if (schema.pattern !== undefined) return `a text that matches ${schema.pattern}`;
    return schema.minLength === undefined ? 'a text' : 'a text that is not empty';
  }
  const { type, minimum, exclusiveMinimum, maximum } = schema;
  return [
    type === 'integer' ? 'a whole number' : 'a number',
    ...(minimum === undefined ? [] : [`from ${minimum}`]),
    ...(exclusiveMinimum === undefined ? [] : [`above ${exclusiveMinimum}`]),
    ...(maximum === undefined ? [] : [`to ${maximum}`]),
  ].join(' ');
}

type JsonObject = Readonly<Record<string, unknown>>;

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isJson(value: unknown): boolean {
  if (Array.isArray(value)) return value.every(isJson);
  if (isObject(value)) return Object.values(value).every((member) => member === undefined || isJson(member));
  return value === null || ['string', 'boolean'].includes(typeof value) || Number.isFinite(value);
}

function shown(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value);
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : `a list of ${value.length}`;
  if (isObject(value)) return 'an object';
  if (typeof value === 'function') return 'a function';
  return value === undefined ? 'nothing' : String(value);
}
