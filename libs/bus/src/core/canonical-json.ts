import { Decimal } from '@ballast/domain';
import { ContractError } from '@ballast/events';

/**
 * RFC 8785 canonical JSON: members in order of their UTF-16 code units, no space. Decimals become their shortest string
 * without exponent, absent members are left out.
 * @throws ContractError naming the path of a number that is not a whole one (amounts travel as decimal strings), or of what is no JSON value.
 */
export function canonicalJson(value: unknown): string {
  const text = write(value, '');
  if (text === undefined) throw new ContractError('canonical JSON', { '(root)': 'found nothing, allowed is a JSON value' });
  return text;
}

const LONE_SURROGATE = /\p{Surrogate}/u;

const refuse = (path: string, found: string, allowed: string): never => {
  throw new ContractError('canonical JSON', { [path || '(root)']: `found ${found}, allowed is ${allowed}` });
};

function write(value: unknown, path: string): string | undefined {
  switch (typeof value) {
    case 'string':
      return LONE_SURROGATE.test(value) ? refuse(path, 'text with half a surrogate pair', 'Unicode text') : JSON.stringify(value);
    case 'boolean':
      return value ? 'true' : 'false';
    case 'undefined':
      return undefined;
    case 'number':
      return Number.isSafeInteger(value) ? JSON.stringify(value) : refuse(path, `number ${value}`, 'a whole number or a decimal string');
    case 'object':
      return value === null ? 'null' : writeObject(value, path);
    case 'bigint':
    case 'symbol':
    case 'function':
      return refuse(path, `a ${typeof value}`, 'a JSON value');
  }
}

function writeObject(value: object, path: string): string {
  if (Decimal.isDecimal(value)) {
    if (!value.isFinite()) return refuse(path, value.toString(), 'a finite decimal');
    return value.isZero() ? '"0"' : `"${value.toFixed()}"`;
  }
  if (Array.isArray(value)) return `[${value.map((item, index) => write(item, `${path}[${index}]`) ?? 'null').join(',')}]`;
  let text = '';
  for (const field of Object.keys(value).sort()) {
    const written = write((value as Record<string, unknown>)[field], path ? `${path}.${field}` : field);
    if (written !== undefined) text += `${text ? ',' : ''}${JSON.stringify(field)}:${written}`;
  }
  return `{${text}}`;
}
