import { VenueError } from '@ballast/venues';

export const isUnreachable = (error: unknown): boolean => error instanceof VenueError && error.kind === 'unreachable';
/** The venue has not looked at what was asked, or nobody knows what it did. */
export const isSilence = (error: unknown): boolean => error instanceof VenueError && (error.outcome === 'unknown' || error.kind === 'unreachable' || error.kind === 'rate' || error.kind === 'maintenance');

export function venueErrorOf(error: unknown): VenueError {
  if (error instanceof VenueError) return error;
  throw error;
}

/** What the venue answered, or that it may have got it: what it limits it has not looked at. */
export function answerOf(error: unknown): VenueError {
  const answer = venueErrorOf(error);
  if (isSilence(answer) && answer.outcome !== 'unknown') throw answer;
  return answer;
}

/** The venue has the word: it did not take the payload. A repeat of an identity is not a refusal. */
export function refusalOf(error: unknown): VenueError | undefined {
  const answer = venueErrorOf(error);
  return answer.outcome === 'unknown' || answer.kind === 'duplicate' ? undefined : answer;
}

/** A venue may say more than an event takes. */
export const short = (text: string): string => text.slice(0, 500);
export const messageOf = (error: unknown): string => short(error instanceof Error ? error.message : String(error));
