import { expect, it } from 'vitest';
import { Decimal, type Decider } from '@ballast/domain';
import { scenario } from './scenario.js';

interface Opened { readonly type: 'Opened'; readonly size: Decimal; readonly note?: string | undefined }
const door: Decider<{ readonly open: boolean }, 'open', Opened> = {
  kind: 'door',
  writer: 'test',
  initial: { open: false },
  decide: (state, _command, { at }) => (state.open ? [] : [{ type: 'Opened', size: new Decimal(at) }]),
  evolve: () => ({ open: true }),
};
const opened = (size: string): Opened => ({ type: 'Opened', size: new Decimal(size), note: undefined });

it('compares what was decided with what is expected, decimals by value', () => scenario(door).when('open', 5).then(opened('5.0')));
it('folds the history before the command', () => scenario(door).given(opened('1')).when('open').thenNothing());
it('fails with both sides where they differ', () => expect(() => scenario(door).when('open', 5).then(opened('6'))).toThrow(/"5"[^]*expected[^]*"6"/));
it('fails where something was decided and nothing was expected', () => expect(() => scenario(door).when('open').thenNothing()).toThrow(/Opened/));
it('hands over the state after the decision', () => expect(scenario(door).when('open').state).toEqual({ open: true }));
