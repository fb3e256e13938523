import type { End } from './fault.js';
import type { WatchedDesk } from '../watched-desk.js';

const SIGNAL = 'SIGUSR2';
/** Longer than what an event loop may be late, and then a moment in which it answers. */
const [BUSY_MS, FREE_MS] = [2_500, 300];
const LOOP = `let on=false;const turn=()=>{if(!on)return;const until=performance.now()+${BUSY_MS};while(performance.now()<until);setTimeout(turn,${FREE_MS})};process.on("${SIGNAL}",()=>{on=!on;turn()})`;

/** Environment of a process that turns in a loop of its own from one signal to the next. */
export const CAN_LOOP: Readonly<Record<string, string>> = { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(LOOP)}` };

/** A process that takes all of its time for nothing; it was started with `CAN_LOOP`. */
export const looping = (name: string) => async ({ stack: { stack } }: WatchedDesk): Promise<End> => {
  await stack.kill(name, SIGNAL);
  return () => stack.kill(name, SIGNAL);
};

const KILLS = 4;

/** Killed again as soon as it was seen. */
export const crashLooping = (name: string) => async (desk: WatchedDesk): Promise<End> => {
  const { stack } = desk.stack;
  const started = async (): Promise<number> => (await desk.prometheus.instant(`max(process_start_time_seconds{job="${name}"})`))[0] ?? 0;
  for (let kills = 0; kills < KILLS; kills += 1) {
    const before = await started();
    await stack.kill(name);
    await desk.until(`a scrape of the new ${name}`, async () => (await started()) > before);
  }
  return () => stack.whenReady(name);
};
