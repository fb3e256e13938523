import { Decimal } from '@ballast/domain';
import { ContractError } from '@ballast/events';

/**
 * RFC 8785 canonical JSON: members in order of their UTF-16 code units, no space. Decimals become their shortest string
 * without exponent, absent members are left out.
 * @throws ContractError naming the path of a number that is not a whole one (amounts travel as decimal strings), or of what is no JSON value.
 */
export function canonicalJson(value: unknown): string {
  const text = write(value, '', '');
  if (text === undefined) throw new ContractError('canonical JSON', { '(root)': 'found nothing, allowed is a JSON value' });
  return text;
}

const LONE_SURROGATE = /\p{Surrogate}/u;
/** Text that JSON writes as it is. */
const BARE_TEXT = /^[ !#-[\]-~]*$/;

const refuse = (path: string, found: string, allowed: string): never => {
  throw new ContractError('canonical JSON', { [path || '(root)']: `found ${found}, allowed is ${allowed}` });
};

/** `at` is the last step to this value, below `path`: only what is refused, or holds more, needs it put together. */
function write(value: unknown, path: string, at: string): string | undefined {
  switch (typeof value) {
    case 'string':
      return writeText(value, path, at);
    case 'boolean':
      return value ? 'true' : 'false';
    case 'undefined':
      return undefined;
    case 'number':
      return Number.isSafeInteger(value) ? JSON.stringify(value) : refuse(path + at, `number ${value}`, 'a whole number or a decimal string');
    case 'object':
      return value === null ? 'null' : writeObject(value, path + at);
    case 'bigint':
    case 'symbol':
    case 'function':
      return refuse(path + at, `a ${typeof value}`, 'a JSON value');
  }
}

function writeText(value: string, path: string, at: string): string {
  if (BARE_TEXT.test(value)) return `"${value}"`;
  return LONE_SURROGATE.test(value) ? refuse(path + at, 'text with half a surrogate pair', 'Unicode text') : JSON.stringify(value);
}

function writeObject(value: object, path: string): string {
  if (Array.isArray(value)) return `[${value.map((item, index) => write(item, path, `[${index}]`) ?? 'null').join(',')}]`;
  if (Decimal.isDecimal(value)) {
    if (!value.isFinite()) return refuse(path, value.toString(), 'a finite decimal');
    return value.isZero() ? '"0"' : `"${value.toFixed()}"`;
  }
  let text = '';
  const below = path ? `${path}.` : '';
  for (const field of Object.keys(value).sort()) {
    const written = write((value as Record<string, unknown>)[field], below, field);
    if (written !== undefined) text += `${text ? ',' : ''}${BARE_TEXT.test(field) ? `"${field}"` : JSON.stringify(field)}:${written}`;
  }
  return `{${text}}`;
}
