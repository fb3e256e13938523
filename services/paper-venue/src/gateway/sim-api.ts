import type { IncomingMessage, ServerResponse } from 'node:http';
import { money, type Ms } from '@ballast/domain';
import { type SimClockState, type SimStep, x18 } from '@ballast/venues';
import type { SimCallers } from '../config.js';
import type { CallLog } from './call-log.js';
import { type Faults, faultRuleOf } from './faults.js';
import { bodyJson, send } from './http-gateway.js';
import { type Body, hex, integer } from './read.js';
import { VenueRefusal, unreadable } from './venue-refusal.js';

const SPEED_MAX = 9_999;
const BEHIND_MAX_MS = 60_000;
const LOOPBACK = new Set(['127.0.0.1', '::1', '::ffff:127.0.0.1']);

export interface SimControls {
  clock(): SimClockState;
  step(from: number): Promise<SimStep>;
  release(): void;
  setSpeed(speed: number): void;
  deposit(subaccount: string, amount: bigint, key: string): boolean;
}

/** The simulation's own controls, for this machine only unless anyone may: clock and how far it is behind, step, release, speed, deposit, faults, calls. */
export class SimApi {
  private behindMs: Ms = 0;

  constructor(
    private readonly controls: SimControls,
    private readonly faults: Faults,
    private readonly calls: CallLog,
    private readonly callers: SimCallers = 'loopback',
  ) {}

  /** True where the path is one of the simulation's. */
  handle(request: IncomingMessage, response: ServerResponse, path: string): boolean {
    if (!path.startsWith('/sim/')) return false;
    if (this.callers === 'loopback' && !LOOPBACK.has(request.socket.remoteAddress ?? '')) {
      send(response, 403, { error: `/sim: found a caller at ${String(request.socket.remoteAddress)}, allowed is this machine` });
      return true;
    }
    this.answer(request, `${String(request.method)} ${path}`).then(
      (body) => send(response, 200, body),
      (error: unknown) => send(response, error instanceof VenueRefusal ? 400 : 500, { error: error instanceof Error ? error.message : String(error) }),
    );
    return true;
  }

  private async answer(request: IncomingMessage, call: string): Promise<object> {
    switch (call) {
      case 'GET /sim/clock':
        return this.clock();
      case 'POST /sim/step':
        return this.controls.step(integer(await bodyJson(request), 'from'));
      case 'POST /sim/release':
        this.controls.release();
        return this.clock();
      case 'POST /sim/speed':
        return this.setSpeed(await bodyJson(request));
      case 'POST /sim/clock-behind':
        return this.setBehind(await bodyJson(request));
      case 'POST /sim/deposit':
        return this.deposit(await bodyJson(request));
      case 'GET /sim/faults':
        return { rules: this.faults.list() };
      case 'GET /sim/calls':
        return { calls: this.calls.since(integer({ from: new URL(request.url ?? '/', 'http://venue').searchParams.get('from') ?? '0' }, 'from')) };
      case 'POST /sim/faults':
        return this.faults.add(faultRuleOf(await bodyJson(request)));
      case 'DELETE /sim/faults':
        this.faults.clear();
        return { rules: [] };
      default:
        throw unreadable('call', call, 'GET /sim/clock, POST /sim/step, POST /sim/release, POST /sim/speed, POST /sim/clock-behind, POST /sim/deposit, GET, POST or DELETE /sim/faults, GET /sim/calls');
    }
  }

  private setSpeed(body: Body): object {
    const speed = integer(body, 'speed');
    if (speed < 1 || speed > SPEED_MAX) throw unreadable('speed', speed, `a whole number from 1 to ${SPEED_MAX}`);
    this.controls.setSpeed(speed);
    return this.clock();
  }

  /** As whoever follows it is told: behind the exchange's own where that was asked for. */
  private clock(): SimClockState {
    const state = this.controls.clock();
    return { ...state, marketMs: state.marketMs - this.behindMs, epochMarketMs: state.epochMarketMs - this.behindMs };
  }

  private setBehind(body: Body): object {
    const behindMs = integer(body, 'behindMs');
    if (behindMs < 0 || behindMs > BEHIND_MAX_MS) throw unreadable('behindMs', behindMs, `a whole number of ms from 0 to ${BEHIND_MAX_MS}`);
    if (this.controls.clock().mode === 'lockstep') throw unreadable('mode', 'lockstep', 'a replay');
    this.behindMs = behindMs;
    return this.clock();
  }

  private deposit(body: Body): object {
    const key = body['key'];
    if (typeof key !== 'string' || key.length === 0 || key.length > 200) throw unreadable('key', key, 'a text of 1 to 200 characters');
    const text = body['amount'];
    if (typeof text !== 'string' || !/^[0-9]{1,12}(\.[0-9]{1,18})?$/.test(text) || !money(text).gt(0)) throw unreadable('amount', text, 'a decimal string > 0 with at most 18 decimals');
    return { credited: this.controls.deposit(hex(body, 'subaccount', 32), x18(text), key) };
  }
}
