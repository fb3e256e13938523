import type { Protection } from '@ballast/protection';

/** Whose protection it is, and where its log is. */
export type ProtectedBot = Pick<NonNullable<Protection['configured']>, 'botId' | 'accountId' | 'portfolioId'>;
