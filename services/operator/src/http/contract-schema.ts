import { ARRAY_MAX_SIZE, ARRAY_MIN_SIZE, getMetadataStorage, IS_ARRAY, IS_BOOLEAN, IS_IN, IS_OBJECT, MATCHES, MAX_LENGTH, MIN_LENGTH, ValidationTypes } from 'class-validator';

type Contract = new () => object;
type Metadata = ReturnType<ReturnType<typeof getMetadataStorage>['getTargetValidationMetadatas']>[number];

/** The JSON schema of one field or object, as OpenAPI wants it. */
export interface Schema {
  type?: string;
  pattern?: string;
  enum?: unknown[];
  minLength?: number;
  maxLength?: number;
  minItems?: number;
  maxItems?: number;
  items?: Schema;
  properties?: Record<string, Schema>;
  required?: string[];
  additionalProperties?: boolean;
}

const SCHEMAS: Readonly<Record<string, (first: unknown) => Schema>> = {
  [IS_ARRAY]: () => ({ type: 'array' }),
  [IS_OBJECT]: () => ({ type: 'object', additionalProperties: true }),
  [IS_BOOLEAN]: () => ({ type: 'boolean' }),
  [IS_IN]: (values) => ({ enum: [...(values as readonly unknown[])] }),
  [MATCHES]: (pattern) => ({ pattern: (pattern as RegExp).source }),
  [MIN_LENGTH]: (count) => ({ minLength: count as number }),
  [MAX_LENGTH]: (count) => ({ maxLength: count as number }),
  [ARRAY_MIN_SIZE]: (count) => ({ minItems: count as number }),
  [ARRAY_MAX_SIZE]: (count) => ({ maxItems: count as number }),
};

const schemaOf = ({ name, constraints }: Metadata): Schema => SCHEMAS[name ?? '']?.((constraints as readonly unknown[] | undefined)?.[0]) ?? {};
const merged = (asked: readonly Metadata[]): Schema => asked.reduce<Schema>((schema, one) => ({ ...schema, ...schemaOf(one) }), {});
const isOptional = (asked: readonly Metadata[]): boolean => asked.some(({ type }) => type === ValidationTypes.CONDITIONAL_VALIDATION);

/** A field of a contract: what the validators ask of it, and whether it may be left out. */
interface Field {
  readonly name: string;
  readonly required: boolean;
  readonly schema: Schema;
}

/** What a contract asks of each of its fields, read from the validators that judge it: one definition of both. A field without one is a decimal string. */
export function fieldsOf(contract: Contract): readonly Field[] {
  const byField = new Map<string, Metadata[]>();
  for (const one of getMetadataStorage().getTargetValidationMetadatas(contract, '', false, false)) byField.set(one.propertyName, [...(byField.get(one.propertyName) ?? []), one]);
  return [...byField].map(([name, asked]) => {
    const whole = merged(asked.filter(({ each }) => !each));
    const schema = whole.type === 'array' ? { ...whole, items: { type: 'string', ...merged(asked.filter(({ each }) => each)) } } : { type: 'string', ...whole };
    return { name, required: !isOptional(asked), schema };
  });
}

export function contractSchema(contract: Contract): Schema {
  const fields = fieldsOf(contract);
  return { type: 'object', additionalProperties: false, required: fields.filter(({ required }) => required).map(({ name }) => name), properties: Object.fromEntries(fields.map(({ name, schema }) => [name, schema])) };
}
