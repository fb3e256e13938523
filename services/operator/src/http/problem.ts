import { type ArgumentsHost, Catch, type ExceptionFilter, HttpException } from '@nestjs/common';
import { RequestTimeout, StoreUnreachable } from '@ballast/bus';
import { ContractError } from '@ballast/events';
import { CliFailure, WrongUsage } from '../cli/io.js';
import type { HttpReply } from './wire.js';

/** What is told to who asked, as `application/problem+json` (RFC 9457). */
export interface ProblemBody {
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  /** By field: what was found and what is allowed. */
  readonly fields?: Readonly<Record<string, string>>;
}

const TITLES: Readonly<Record<number, string>> = {
  400: 'The request breaks its contract',
  401: 'No valid token',
  403: 'The role of this token may not do this',
  404: 'There is no such thing',
  409: 'Refused as things stand',
  413: 'The request is too large',
  415: 'The content is not JSON',
  422: 'The idempotency key was used for something else',
  429: 'Too many requests',
  500: 'A fault of Ballast itself',
  503: 'A service does not answer',
};

/** A request that cannot be carried out. */
export class Problem extends Error {
  override readonly name = 'Problem';
  constructor(
    readonly status: number,
    message: string,
    readonly fields?: Readonly<Record<string, string>>,
    /** Seconds after which it may be tried again. */
    readonly retryAfter?: number,
  ) {
    super(message);
  }
}

export const problemBody = ({ status, message, fields }: Problem): ProblemBody => ({ title: TITLES[status] ?? 'The request failed', status, detail: message, ...(fields ? { fields } : {}) });

/** Whatever was thrown, as what may be told; undefined for a fault of our own. */
export function problemOf(error: unknown): Problem | undefined {
  if (error instanceof Problem) return error;
  if (error instanceof ContractError) return new Problem(400, error.message, error.fields);
  if (error instanceof StoreUnreachable) return new Problem(503, `the log does not answer: ${error.message}`);
  if (error instanceof RequestTimeout) return new Problem(503, `${error.message}; a write may be repeated under the same Idempotency-Key`);
  if (error instanceof WrongUsage) return new Problem(400, error.message);
  if (error instanceof CliFailure) return new Problem(404, error.message);
  if (error instanceof HttpException) return new Problem(error.getStatus(), error.message);
  const status = (error as { readonly statusCode?: unknown } | null)?.statusCode;
  return typeof status === 'number' && status >= 400 && status < 500 ? new Problem(status, (error as Error).message) : undefined;
}

/** Answers every error as a problem; a fault of our own says nothing of itself to the outside, and is told to `onFault`. */
@Catch()
export class Problems implements ExceptionFilter {
  constructor(private readonly onFault: (error: unknown) => void) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const problem = problemOf(error) ?? this.fault(error);
    const reply = host.switchToHttp().getResponse<HttpReply>();
    if (problem.retryAfter !== undefined) reply.header('retry-after', String(problem.retryAfter));
    if (problem.status === 401) reply.header('www-authenticate', 'Bearer realm="ballast"');
    reply.status(problem.status).type('application/problem+json').send(JSON.stringify(problemBody(problem)));
  }

  private fault(error: unknown): Problem {
    this.onFault(error);
    return new Problem(500, 'the fault is in the log of the operator service');
  }
}
