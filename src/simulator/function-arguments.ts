import { isRecord } from './record.ts';

const deepest = 8;

/** A value that a JSON schema allows; texts in it are the given one. Knows the keywords that tools use. */
export function argumentsFor(schema: unknown, text: string, depth = 0): unknown {
  if (!isRecord(schema)) return depth === 0 ? {} : text;
  const { type, enum: allowed, properties, items, anyOf } = schema;
  if ('const' in schema) return schema['const'];
  if (Array.isArray(allowed)) return allowed[0];
  if (Array.isArray(anyOf)) return argumentsFor(anyOf[0], text, depth + 1);
  switch (Array.isArray(type) ? type[0] : type) {
    case 'string':
      return text;
    case 'integer':
    case 'number':
      return typeof schema['minimum'] === 'number' ? schema['minimum'] : 1;
    case 'boolean':
      return true;
    case 'null':
      return null;
    case 'array':
      return typeof schema['minItems'] === 'number' && schema['minItems'] > 0 && depth < deepest
        ? [argumentsFor(items, text, depth + 1)]
        : [];
    default:
      return isRecord(properties) && depth < deepest
        ? Object.fromEntries(
            Object.entries(properties).map(([name, value]) => [name, argumentsFor(value, text, depth + 1)]),
          )
        : {};
  }
}
