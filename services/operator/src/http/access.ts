import { applyDecorators, type CanActivate, createParamDecorator, type ExecutionContext, HttpCode, Inject, Injectable, type PipeTransform, SetMetadata } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { ApiBearerAuth, ApiBody, ApiHeader, ApiOperation, ApiParam, ApiQuery, ApiResponse } from '@nestjs/swagger';
import { ContractError, decodeAs } from '@ballast/events';
import { contractSchema, fieldsOf } from './contract-schema.js';
import { Problem } from './problem.js';
import { RateLimit } from './rate-limit.js';
import { type Caller, mayDo, type Role, Tokens } from './tokens.js';
import { headerOf, type HttpRequest } from './wire.js';

type Contract = new () => object;

/** What a route asks of who calls it. */
export interface Access {
  readonly role: Role;
  readonly writes: boolean;
}

const ACCESS = 'ballast:access';
const STOPS = 'ballast:stops';
const KEY = /^[\x21-\x7e]{1,128}$/;
const PROBLEMS = { 400: 'every field at fault', 401: 'no valid token', 403: 'not with this role', 404: 'there is no such thing', 429: 'too many requests', 503: 'a service does not answer' } as const;

const queryParams = (contract: Contract | undefined): readonly MethodDecorator[] => (contract === undefined ? [] : fieldsOf(contract).map(({ name, required, schema }) => ApiQuery({ name, required, schema: schema as object })));
const problems = (more: Readonly<Record<number, string>> = {}): readonly MethodDecorator[] => Object.entries({ ...PROBLEMS, ...more }).map(([status, description]) => ApiResponse({ status: Number.parseInt(status, 10), description, content: { 'application/problem+json': {} } }));

/** A route that changes nothing; a viewer may call it. `query`: the contract of its query. */
export const Reads = (summary: string, query?: Contract): MethodDecorator =>
  applyDecorators(SetMetadata(ACCESS, { role: 'viewer', writes: false } satisfies Access), ApiOperation({ summary: `${summary} (viewer)` }), ApiBearerAuth(), ApiResponse({ status: 200, description: summary }), ...queryParams(query), ...problems());

/** A route that sends a command, once for each Idempotency-Key. */
export const Writes = (role: Exclude<Role, 'viewer'>, summary: string, body?: Contract): MethodDecorator =>
  applyDecorators(
    SetMetadata(ACCESS, { role, writes: true } satisfies Access),
    HttpCode(200),
    ApiOperation({ summary: `${summary} (${role})` }),
    ApiBearerAuth(),
    ApiHeader({ name: 'Idempotency-Key', required: true, schema: { type: 'string', pattern: KEY.source } }),
    ApiResponse({ status: 200, description: summary }),
    ...(body ? [ApiBody({ schema: contractSchema(body) as object, required: true })] : []),
    ...problems({ 409: 'refused as things stand', 422: 'the key was used for something else' }),
  );

/** A route that stops something: its requests have a count of their own, so that nothing else a token asks for stands in their way. */
export const Stops = (): MethodDecorator => SetMetadata(STOPS, true);

export const OfBot = (): MethodDecorator => ApiParam({ name: 'botId', schema: { type: 'string', pattern: '^[A-Za-z0-9_-]{1,64}$' } });

/** Reads a body or a query by its contract; nothing counts as an empty one. @throws ContractError naming every field at fault */
export class Read<T extends object> implements PipeTransform<unknown, T> {
  constructor(private readonly contract: new () => T) {}

  transform(value: unknown): T {
    const found = value ?? {};
    const surplus = fieldsOf(this.contract).length === 0 && typeof found === 'object' ? Object.keys(found) : [];
    if (surplus.length > 0) throw new ContractError(this.contract.name, Object.fromEntries(surplus.map((field) => [field, 'found a value, allowed is nothing: there are no fields'])));
    const nulls = this.nullsIn(found);
    const decoded = this.decoded(found, nulls);
    if (Object.keys(nulls).length > 0) throw new ContractError(this.contract.name, nulls);
    return decoded;
  }

  /** A field that may be left out is left out, not null: whether that would mean to leave it or to take it away is for nobody to guess. */
  private nullsIn(found: unknown): Readonly<Record<string, string>> {
    if (typeof found !== 'object' || found === null) return {};
    const optional = fieldsOf(this.contract).filter(({ name, required }) => !required && (found as Readonly<Record<string, unknown>>)[name] === null);
    return Object.fromEntries(optional.map(({ name }) => [name, 'found null, allowed is a value, or to leave the field out']));
  }

  private decoded(found: unknown, more: Readonly<Record<string, string>>): T {
    try {
      return decodeAs(this.contract, found);
    } catch (error) {
      throw error instanceof ContractError ? new ContractError(this.contract.name, { ...more, ...error.fields }) : error;
    }
  }
}

/** Reads changes: of the settings named here null takes away what was set, which is handed on by name in `unset`. */
export class ReadChange<T extends object> extends Read<T> {
  constructor(contract: new () => T, private readonly unsettable: readonly string[]) {
    super(contract);
  }

  override transform(value: unknown): T {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return super.transform(value);
    const isUnset = ([name, found]: readonly [string, unknown]): boolean => found === null && this.unsettable.includes(name);
    const given = Object.entries(value);
    const unset = given.filter(isUnset).map(([name]) => name);
    const read = super.transform(Object.fromEntries(given.filter((each) => !isUnset(each))));
    return unset.length === 0 ? read : { ...read, unset };
  }
}

/** One request as a write needs it: who asks, and the key under which it is done once. */
export interface Asked {
  readonly caller: Caller;
  readonly key: string;
}

const callerOf = (context: ExecutionContext): Caller => {
  const { caller } = context.switchToHttp().getRequest<HttpRequest>();
  if (!caller) throw new Problem(401, 'authorization: found no caller');
  return caller;
};

/** Who asks, for a handler. */
export const By = createParamDecorator((_: unknown, context: ExecutionContext): Caller => callerOf(context));

/** Who asks and under which key, for a handler that writes. */
export const AskedBy = createParamDecorator((_: unknown, context: ExecutionContext): Asked => ({ caller: callerOf(context), key: headerOf(context.switchToHttp().getRequest<HttpRequest>(), 'idempotency-key') ?? '' }));

/** Lets in whom a token names, as often as it may, where its role may go. A route that says nothing about access is nobody's. */
@Injectable()
export class AccessGuard implements CanActivate {
  constructor(
    @Inject(Reflector) private readonly reflector: Reflector,
    @Inject(Tokens) private readonly tokens: Tokens,
    @Inject(RateLimit) private readonly limit: RateLimit,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<HttpRequest>();
    const access = this.reflector.get<Access | undefined>(ACCESS, context.getHandler());
    if (!access) throw new Problem(403, `${request.method} ${context.getHandler().name}: found no rule of access, allowed are routes with one`);
    const caller = await this.authenticated(request);
    await this.demandTurn(`${this.reflector.get<boolean | undefined>(STOPS, context.getHandler()) === true ? 'stop' : 'token'}:${caller.name}`);
    if (!mayDo(caller, access.role)) throw new Problem(403, `role: found ${caller.role}, allowed is ${access.role}${access.role === 'approver' ? '' : ' or above'}`);
    if (access.writes) demandKey(request);
    request.caller = caller;
    return true;
  }

  private async authenticated(request: HttpRequest): Promise<Caller> {
    const [scheme, token] = (headerOf(request, 'authorization') ?? '').split(' ');
    const caller = scheme?.toLowerCase() === 'bearer' && token !== undefined && token !== '' ? this.tokens.callerOf(token) : undefined;
    if (caller) return caller;
    // Only what fails is counted against the address: nobody else's guesses stop a person. That guessing is hopeless is up to the length of a token.
    await this.demandTurn(`address:${request.ip}`);
    throw new Problem(401, 'authorization: allowed is "Bearer <token>" with a token that this edge knows');
  }

  private async demandTurn(who: string): Promise<void> {
    const seconds = await this.limit.take(who);
    if (seconds > 0) throw new Problem(429, `allowed again in ${seconds} s`, undefined, seconds);
  }
}

function demandKey(request: HttpRequest): void {
  const found = headerOf(request, 'idempotency-key');
  if (found === undefined || !KEY.test(found)) throw new Problem(400, 'Idempotency-Key: a write needs one', { 'Idempotency-Key': `found ${found === undefined ? 'nothing' : JSON.stringify(found.slice(0, 80))}, allowed are 1 to 128 visible characters: a fresh one for each intent, the same one to repeat it` });
}
