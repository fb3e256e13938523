import { useState } from 'preact/hooks';
import type { Bot } from '../api/wire.js';
import { useAnswer, useDesk } from '../desk.js';
import { Choice } from './field.js';

/** Every portfolio that a bot is in, by name. */
export function usePortfolios(): readonly string[] {
  const bots = useAnswer<readonly Bot[]>('/api/bots');
  return [...new Set((bots.value ?? []).map(({ portfolioId }) => portfolioId))].sort();
}

/** The portfolio a page is about: the first one until another is chosen. The choice shows where there are several. */
export function usePortfolio(): readonly [chosen: string | undefined, choice: preact.JSX.Element | null] {
  const { say } = useDesk();
  const known = usePortfolios();
  const [chosen, setChosen] = useState<string | undefined>(undefined);
  const now = chosen ?? known[0];
  return [now, known.length < 2 || now === undefined ? null : <Choice areNames label={say('portfolio')} value={now} onValue={setChosen} options={known.map((each) => [each, each] as const)} />];
}
