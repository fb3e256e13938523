const CODE = /^[A-Z][A-Z0-9_]{1,63}(?=:|$)/;

/**
 * The code that a reason begins with, as `APPROVAL_ENDED` of `APPROVAL_ENDED: the approval ended at …`: what is counted. Words tell
 * times and amounts, so a reason without a code is counted as OTHER; its words are in the trade's story.
 */
export const reasonCode = (reason: string): string => CODE.exec(reason)?.[0] ?? 'OTHER';
