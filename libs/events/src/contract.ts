import 'reflect-metadata';
import { getMetadataStorage, type ValidationError, validateSync } from 'class-validator';
import { DecimalError } from '@ballast/domain';
import { ContractReader, readWith } from './contract-reader.js';
import { type FieldRule, ruleField, rulesOf, type Shape } from './field-rules.js';

type DecimalFactory = (text: string) => unknown;

/** A decimal string on the wire, a value of the given unit inside. A JSON number is refused. */
export const DecimalField = (factory: DecimalFactory, options: { readonly optional?: boolean; readonly array?: boolean } = {}): PropertyDecorator =>
  (prototype, field) => ruleField(prototype, String(field), { decimal: factory, array: options.array ?? false, optional: options.optional ?? false });

/** An object (or list of objects) with a contract of its own. */
export const Nested = (shape: () => Shape, options: { readonly optional?: boolean; readonly array?: boolean } = {}): PropertyDecorator =>
  (prototype, field) => ruleField(prototype, String(field), { nested: shape, array: options.array ?? false, optional: options.optional ?? false });

/** Input that breaks its contract: names every field at fault, what was found and what is allowed. Never retried. */
export class ContractError extends Error {
  override readonly name = 'ContractError';
  constructor(
    readonly contract: string,
    readonly fields: Readonly<Record<string, string>>,
  ) {
    super(`${contract}: ${Object.entries(fields).map(([field, fault]) => `${field}: ${fault}`).join('; ')}`);
  }
}

const ROOT = '(root)';

const describe = (found: unknown): string => (found === undefined ? 'nothing' : `${Array.isArray(found) ? 'list' : typeof found} ${(JSON.stringify(found) ?? String(found)).slice(0, 80)}`);

function hydrateField(value: unknown, rule: FieldRule, path: string, faults: Record<string, string>): unknown {
  if (rule.nested) return hydrate(rule.nested(), value, path, faults);
  try {
    return rule.decimal?.(value as string);
  } catch (error) {
    if (!(error instanceof DecimalError)) throw error;
    faults[path] = error.message;
    return undefined;
  }
}

function hydrate(shape: Shape, json: unknown, path: string, faults: Record<string, string>): object {
  const target = new shape() as Record<string, unknown>;
  if (typeof json !== 'object' || json === null || Array.isArray(json)) {
    faults[path || ROOT] = `found ${describe(json)}, allowed is an object of ${shape.name}`;
    return target;
  }
  const rules = rulesOf(shape);
  for (const [field, value] of Object.entries(json)) {
    const rule = rules?.get(field);
    if (field === '__proto__' || field === 'constructor') continue;
    target[field] = rule ? hydrateRuled(value, rule, path ? `${path}.${field}` : field, faults) : value;
  }
  rules?.forEach((rule, field) => {
    if (!rule.optional && !(field in json)) faults[path ? `${path}.${field}` : field] = `found nothing, allowed is ${rule.nested ? `an object of ${rule.nested().name}` : 'a decimal string'}${rule.array ? ' (list)' : ''}`;
  });
  return target;
}

function hydrateRuled(value: unknown, rule: FieldRule, path: string, faults: Record<string, string>): unknown {
  if (value === undefined && rule.optional) return undefined;
  if (!rule.array) return hydrateField(value, rule, path, faults);
  if (!Array.isArray(value)) {
    faults[path] = `found ${describe(value)}, allowed is a list`;
    return [];
  }
  return value.map((item, index) => hydrateField(item, rule, `${path}[${index}]`, faults));
}

const UNKNOWN_FIELD = 'whitelistValidation';

function allowedBy(constraints: Readonly<Record<string, string>>, target: object | undefined): string {
  const text = Object.values(constraints).join(', ');
  if (!(UNKNOWN_FIELD in constraints) || !target) return text;
  const known = new Set(getMetadataStorage().getTargetValidationMetadatas(target.constructor, '', false, false).map(({ propertyName }) => propertyName));
  return `${text}; there are ${[...known].join(', ')}`;
}

function collect(errors: readonly ValidationError[], path: string, faults: Record<string, string>): void {
  for (const error of errors) {
    const at = path ? `${path}.${error.property}` : error.property;
    if (error.constraints && !(at in faults)) faults[at] = `found ${describe(error.value)}, allowed: ${allowedBy(error.constraints, error.target)}`;
    if (error.children) collect(error.children, at, faults);
  }
}

function validate(value: object, path: string, faults: Record<string, string>): void {
  collect(validateSync(value, { whitelist: true, forbidNonWhitelisted: true, forbidUnknownValues: false, skipMissingProperties: false }), path, faults);
  const rules = rulesOf(value.constructor as Shape);
  rules?.forEach((rule, field) => {
    const child = (value as Record<string, unknown>)[field];
    if (!rule.nested || child === undefined) return;
    (Array.isArray(child) ? child : [child]).forEach((item, index) => {
      const at = `${path ? `${path}.` : ''}${field}${rule.array ? `[${index}]` : ''}`;
      if (typeof item === 'object' && item !== null && !(at in faults)) validate(item as object, at, faults);
    });
  });
}

/**
 * Reads a contract from parsed JSON: decimal strings become value types, every field is checked, unknown fields are refused.
 * @throws ContractError with every field at fault.
 */
export function decodeAs<T extends object>(contract: new () => T, json: unknown): T {
  return (readWith(ContractReader.of(contract), json, { checked: true, own: false }) ?? judgeAs(contract, json)) as T;
}

/** The same, judged by class-validator alone: slower, and what names the faults. @throws ContractError */
export function judgeAs<T extends object>(contract: new () => T, json: unknown): T {
  const faults: Record<string, string> = {};
  const value = hydrate(contract, json, '', faults);
  if (!(ROOT in faults)) validate(value, '', faults);
  if (Object.keys(faults).length > 0) throw new ContractError(contract.name, faults);
  return value as T;
}

/** The same without judging: for messages whose hash chain proves that they were checked when they were written. */
export const hydrateAs = <T extends object>(contract: new () => T, json: unknown): T => hydrate(contract, json, '', {}) as T;

/** Turns JSON that nobody else holds into the contract's object, in place. Undefined: not taken, and spoiled; read it anew and judge. */
export const takeAs = <T extends object>(contract: new () => T, json: unknown, checked: boolean): T | undefined => readWith(ContractReader.of(contract), json, { checked, own: true }) as T | undefined;
