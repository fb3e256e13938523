import { EQUALS, getMetadataStorage, IS_BOOLEAN, IS_IN, IS_INT, IS_STRING, MATCHES, MAX_LENGTH, MIN, type ValidationArguments, ValidationTypes } from 'class-validator';
import { DecimalError } from '@ballast/domain';
import { type FieldRule, rulesOf, type Shape } from './field-rules.js';

type Target = Record<string, unknown>;
type Metadata = ReturnType<ReturnType<typeof getMetadataStorage>['getTargetValidationMetadatas']>[number];

/** True where class-validator finds no fault in this field of this object; everything else is false. */
type Check = (value: unknown, object: Target) => boolean;
export interface ReadMode {
  /** Whether every field is checked, of nested contracts too. */
  readonly checked: boolean;
  /** The JSON is the reader's own: the values go into it, which takes half the time; what is not taken is spoiled. */
  readonly own: boolean;
}
/** The value for the inside, or NOT_TAKEN. */
type Hydrate = (value: unknown, mode: ReadMode) => unknown;

const NOT_TAKEN = Symbol('not taken');
const plain: Hydrate = (value) => value;

/** Says yes where class-validator's decorator of this name would; it need not say yes to all that it would. */
function sureOf({ name, constraints }: Metadata): ((value: unknown) => boolean) | undefined {
  const [first, second] = (constraints ?? []) as readonly unknown[];
  if (name === IS_STRING) return (value) => typeof value === 'string';
  if (name === IS_INT) return Number.isInteger;
  if (name === IS_BOOLEAN) return (value) => value === true || value === false;
  if (name === MATCHES && first instanceof RegExp && !first.global && !first.sticky && second === undefined) return (value) => typeof value === 'string' && first.test(value);
  if (name === MAX_LENGTH && typeof first === 'number') return (value) => typeof value === 'string' && value.length <= first;
  if (name === MIN && typeof first === 'number') return (value) => typeof value === 'number' && value >= first;
  if (name === EQUALS) return (value) => value === first;
  if (name === IS_IN && Array.isArray(first)) return (value) => first.indexOf(value) >= 0;
  return undefined;
}

/** Validators of one decorator, asked as class-validator asks them. Undefined for what this reader does not know. */
function validatorsOf(metadata: Metadata, shape: Shape): Check | undefined {
  const { propertyName, constraints, each, type } = metadata;
  if (metadata.validateIf || (type !== ValidationTypes.CUSTOM_VALIDATION && type !== ValidationTypes.IS_DEFINED)) return undefined;
  const registered = getMetadataStorage().getTargetValidatorConstraints(metadata.constraintCls);
  if (registered.some((constraint) => constraint.async)) return undefined;
  const validators = registered.map(({ instance }) => instance);
  const sure = sureOf(metadata);
  const holds = (value: unknown, object: Target): boolean => {
    if (sure?.(value)) return true;
    const args: ValidationArguments = { targetName: shape.name, property: propertyName, object, value, constraints };
    return validators.every((validator) => validator.validate(value, args) === true);
  };
  if (!each) return (value, object) => holds(value, object);
  return (value, object) => {
    if (value instanceof Set || value instanceof Map) return false;
    return Array.isArray(value) ? value.every((item) => holds(item, object)) : holds(value, object);
  };
}

/** Everything that is asked of one field; undefined where a decorator is none of those this reader knows. */
function checkOf(metadata: readonly Metadata[], shape: Shape): Check | undefined {
  const asked = metadata.filter(({ type }) => type !== ValidationTypes.WHITELIST);
  const conditions = asked.filter(({ type }) => type === ValidationTypes.CONDITIONAL_VALIDATION).map(({ constraints }) => constraints[0] as (object: Target, value: unknown) => boolean);
  const checks = asked.filter(({ type }) => type !== ValidationTypes.CONDITIONAL_VALIDATION).map((one) => validatorsOf(one, shape));
  if (!checks.every((check) => check !== undefined)) return undefined;
  const [first, ...rest] = checks;
  const all: Check = !first ? () => true : rest.length === 0 ? first : (value, object) => checks.every((check) => check(value, object));
  return conditions.length === 0 ? all : (value, object) => !conditions.every((applies) => applies(object, value)) || all(value, object);
}

function hydrateOf({ decimal, nested, array, optional }: FieldRule): Hydrate {
  const one: Hydrate = nested ? (value, mode) => ContractReader.of(nested())?.read(value, mode) ?? NOT_TAKEN : (value) => decimal?.(value as string);
  const list: Hydrate = (value, mode) => {
    if (!Array.isArray(value)) return NOT_TAKEN;
    const items: unknown[] = mode.own ? value : new Array<unknown>(value.length);
    for (let index = 0; index < value.length; index += 1) {
      const item = one(value[index], mode);
      if (item === NOT_TAKEN) return NOT_TAKEN;
      items[index] = item;
    }
    return items;
  };
  const present = array ? list : one;
  return optional ? (value, mode) => (value === undefined ? undefined : present(value, mode)) : present;
}

/**
 * Reads one contract in a single pass, from class-validator's own metadata put into order once. It takes nothing that
 * class-validator refuses, since it asks the same validators; what it does not take, faults above all, is for
 * class-validator to judge and to name.
 */
export class ContractReader {
  private static readonly known = new WeakMap<Shape, ContractReader | 'none'>();

  private constructor(
    private readonly shape: Shape,
    private readonly fields: ReadonlyMap<string, Hydrate>,
    private readonly required: readonly string[],
    /** Fields that the class itself gives a value. */
    private readonly preset: readonly string[],
    private readonly checks: readonly (readonly [field: string, check: Check])[],
  ) {}

  /** The reader of this contract; undefined where a decorator on it is none of those that a reader knows. */
  static of(shape: Shape): ContractReader | undefined {
    const known = this.known.get(shape) ?? this.made(shape) ?? 'none';
    this.known.set(shape, known);
    return known === 'none' ? undefined : known;
  }

  private static made(shape: Shape): ContractReader | undefined {
    const rules = rulesOf(shape);
    const metadata = getMetadataStorage().getTargetValidationMetadatas(shape, '', false, false);
    const byField = new Map<string, Metadata[]>();
    for (const one of metadata) byField.set(one.propertyName, [...(byField.get(one.propertyName) ?? []), one]);
    const checks = new Map<string, Check>();
    const fields = new Map<string, Hydrate>();
    for (const [field, asked] of byField) {
      const check = checkOf(asked, shape);
      if (!check) return undefined;
      if (asked.some(({ type }) => type !== ValidationTypes.WHITELIST)) checks.set(field, check);
      const rule = rules?.get(field);
      fields.set(field, rule ? hydrateOf(rule) : plain);
    }
    if (Object.keys(new shape()).some((field) => !fields.has(field))) return undefined;
    const required = [...(rules ?? [])].filter(([, { optional }]) => !optional).map(([field]) => field);
    const preset = Object.entries(new shape()).flatMap(([field, value]) => (value === undefined ? [] : [field]));
    return new ContractReader(shape, fields, required, preset, [...checks]);
  }

  /** The object, where `checked` with nothing at fault. Undefined: not taken. @throws DecimalError: not taken either. */
  read(json: unknown, mode: ReadMode): object | undefined {
    if (typeof json !== 'object' || json === null || Array.isArray(json)) return undefined;
    const source = json as Target;
    const target = mode.own ? source : (new this.shape() as Target);
    for (const field in source) {
      const hydrate = this.fields.get(field);
      if (!hydrate) return undefined;
      if (hydrate === plain && mode.own) continue;
      const value = hydrate(source[field], mode);
      if (value === NOT_TAKEN) return undefined;
      target[field] = value;
    }
    for (const field of this.required) if (!(field in source)) return undefined;
    if (mode.own) {
      for (const field of this.preset) if (!(field in source)) return undefined;
      Object.setPrototypeOf(target, this.shape.prototype as object);
    }
    if (mode.checked) for (const [field, check] of this.checks) if (!check(target[field], target)) return undefined;
    return target;
  }
}

/** The same, where a decimal at fault is one more reason not to take it. */
export function readWith(reader: ContractReader | undefined, json: unknown, mode: ReadMode): object | undefined {
  try {
    return reader?.read(json, mode);
  } catch (error) {
    if (error instanceof DecimalError) return undefined;
    throw error;
  }
}
