import { expect, it } from 'vitest';
import { ProgressLine } from './progress.js';

const shownOn = (isTTY: boolean, columns: number): string => {
  const written: string[] = [];
  new ProgressLine({ isTTY, columns, write: (text) => written.push(text) }).show('2025-09-04 19:46:56 UTC  12 %  cycles 3');
  return written.join('').replace('\r\u001b[2K', '');
};

it('cuts the line of progress to the width of the terminal, and not at all where it tells none', () => {
  expect([shownOn(true, 24), shownOn(true, 11), shownOn(true, 0), shownOn(false, 0)]).toEqual(['2025-09-04 19:46:56 UTC', '2025-09-04', '2025-09-04 19:46:56 UTC  12 %  cycles 3', '2025-09-04 19:46:56 UTC  12 %  cycles 3\n']);
});
