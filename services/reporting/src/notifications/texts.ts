import { Decimal } from '@ballast/domain';
import { countOf, type Message, type NoticeFacts, type NoticeKind } from './notice.js';

/** Languages of operator texts (W-19). */
export const LANGUAGES = ['en', 'ko'] as const;
export type Language = (typeof LANGUAGES)[number];

/** Lines of a grouped message that say one notice each. */
const LISTED_MAX = 5;
/** Longest line, characters: five and a head are below Telegram's limit of 4,096. */
const LINE_MAX = 600;
/** What is older than this when it is told says when it was, ms of market time. */
const LATE_MS = 5 * 60_000;

const SIGNS: Readonly<Record<NoticeKind, string>> = {
  PROTECTION_EXHAUSTED: '🚨', HARD_STOP: '🛑', VENUE_FROZEN: '🚨', PROTECTION_STALE: '🚨', RECONCILIATION_DIFFERENCE: '❗', PROTECTION_DEPOSIT: '⚠️', PROTECTION_WITHDRAWAL: '✅', PROMOTION_REQUESTED: '📈', PROMOTION_APPROVED: '📈',
};

const NAMES: Readonly<Record<Language, Readonly<Record<NoticeKind, string>>>> = {
  en: {
    PROTECTION_EXHAUSTED: 'max protection reached', HARD_STOP: 'hard stop tripped', VENUE_FROZEN: 'venue takes no transfers', PROTECTION_STALE: 'data stale in danger', RECONCILIATION_DIFFERENCE: 'reconciliation difference',
    PROTECTION_DEPOSIT: 'protection deposit', PROTECTION_WITHDRAWAL: 'protection withdrawal', PROMOTION_REQUESTED: 'promotion requested', PROMOTION_APPROVED: 'promotion approved',
  },
  ko: {
    PROTECTION_EXHAUSTED: '보호 한도 도달', HARD_STOP: '하드 스톱 발동', VENUE_FROZEN: '거래소 이체 중단', PROTECTION_STALE: '위험 구간 데이터 지연', RECONCILIATION_DIFFERENCE: '대사 불일치',
    PROTECTION_DEPOSIT: '보호 입금', PROTECTION_WITHDRAWAL: '보호 자금 출금', PROMOTION_REQUESTED: '승급 요청', PROMOTION_APPROVED: '승급 승인',
  },
};

const CAUSES: Readonly<Record<Language, Readonly<Record<string, string>>>> = {
  en: { CAP: 'the cap is reached', FUNDS: 'the wallet is empty', FROZEN: 'the venue takes no transfers', BREACHED: 'no allowed amount saves the position' },
  ko: { CAP: '보호 한도 도달', FUNDS: '지갑 잔액 없음', FROZEN: '거래소 이체 중단', BREACHED: '허용된 금액으로는 포지션을 지킬 수 없음' },
};
const POLICIES: Readonly<Record<Language, Readonly<Record<string, string>>>> = {
  en: { hold: 'the position is held', reduce: 'the position is reduced' },
  ko: { hold: '포지션 유지', reduce: '포지션 축소' },
};

type Says = (facts: NoticeFacts) => string;

/** Deposit, withdrawal and the first line of exhausted are word for word what operators know (R89, W-19). */
const english: Says = (facts) => {
  switch (facts.kind) {
    case 'PROTECTION_DEPOSIT': return `${facts.botId}: Price approaching liquidation (${facts.distance}%). Deposited $${facts.amount} for protection.`;
    case 'PROTECTION_WITHDRAWAL': return facts.distance === undefined ? `${facts.botId}: Position closed. Withdrew $${facts.amount} protection deposit.` : `${facts.botId}: Price recovered to safety (${facts.distance}%). Withdrew $${facts.amount} protection deposit.`;
    case 'PROTECTION_EXHAUSTED': return `${facts.botId}: Max protection reached ($${facts.total}). Consider manual intervention.\n${facts.distance}% from liquidation; ${CAUSES.en[facts.cause] ?? facts.cause}; ${POLICIES.en[facts.policy] ?? facts.policy}.`;
    case 'VENUE_FROZEN': return `${facts.botId}: The venue takes no transfers, protection can't be moved: ${facts.reason}`;
    case 'PROTECTION_STALE': return `${facts.botId}: ${facts.distance === undefined ? 'Nobody knows where its position stands' : `In danger when last seen (${facts.distance}% from liquidation)`}, and the ${facts.what === 'PRICE' ? 'price' : 'account state'} is stale: ${facts.missedIntervals} refreshes missed. Nothing is moved until it is fresh.`;
    case 'HARD_STOP': return `${scopeOf(facts)}: Hard stop ${facts.stop} tripped at ${measured(facts.unit, facts.value)} (limit ${measured(facts.unit, facts.limit)}). Trading state: ${facts.state}.`;
    case 'RECONCILIATION_DIFFERENCE': return `${facts.accountId}: The venue and the log disagree on ${facts.what} ${facts.subject}: expected ${facts.expected}, found ${facts.found}.`;
    case 'PROMOTION_REQUESTED': return `${facts.portfolioId}: Promotion ${facts.from} → ${facts.to} requested by ${facts.by}: ${facts.reason}`;
    case 'PROMOTION_APPROVED': return `${facts.portfolioId}: Promotion ${facts.from} → ${facts.to} approved by ${facts.by}: ${facts.reason}`;
  }
};

const korean: Says = (facts) => {
  switch (facts.kind) {
    case 'PROTECTION_DEPOSIT': return `${facts.botId}: 가격이 청산가에 가까워지고 있습니다 (${facts.distance}%). 보호를 위해 $${facts.amount}를 입금했습니다.`;
    case 'PROTECTION_WITHDRAWAL': return facts.distance === undefined ? `${facts.botId}: 포지션이 종료되었습니다. 보호 입금 $${facts.amount}를 회수했습니다.` : `${facts.botId}: 가격이 안전 구간으로 회복되었습니다 (${facts.distance}%). 보호 입금 $${facts.amount}를 회수했습니다.`;
    case 'PROTECTION_EXHAUSTED': return `${facts.botId}: 최대 보호 한도에 도달했습니다 ($${facts.total}). 직접 조치를 고려하세요.\n청산까지 ${facts.distance}%; ${CAUSES.ko[facts.cause] ?? facts.cause}; ${POLICIES.ko[facts.policy] ?? facts.policy}.`;
    case 'VENUE_FROZEN': return `${facts.botId}: 거래소가 이체를 받지 않아 보호 자금을 옮길 수 없습니다: ${facts.reason}`;
    case 'PROTECTION_STALE': return `${facts.botId}: ${facts.distance === undefined ? '포지션 상태를 아직 확인하지 못했고' : `마지막 확인 시 위험 구간이었고 (청산까지 ${facts.distance}%)`}, ${facts.what === 'PRICE' ? '가격' : '계좌 상태'} 데이터가 지연되고 있습니다: ${facts.missedIntervals}회 갱신 누락. 데이터가 갱신될 때까지 자금을 옮기지 않습니다.`;
    case 'HARD_STOP': return `${scopeOf(facts)}: 하드 스톱 ${facts.stop} 발동: ${measured(facts.unit, facts.value)} (한도 ${measured(facts.unit, facts.limit)}). 거래 상태: ${facts.state}.`;
    case 'RECONCILIATION_DIFFERENCE': return `${facts.accountId}: 거래소와 로그가 일치하지 않습니다 (${facts.what} ${facts.subject}): 예상 ${facts.expected}, 실제 ${facts.found}.`;
    case 'PROMOTION_REQUESTED': return `${facts.portfolioId}: ${facts.from} → ${facts.to} 승급 요청 (${facts.by}): ${facts.reason}`;
    case 'PROMOTION_APPROVED': return `${facts.portfolioId}: ${facts.from} → ${facts.to} 승급 승인 (${facts.by}): ${facts.reason}`;
  }
};

const SAYS: Readonly<Record<Language, Says>> = { en: english, ko: korean };

type HardStopFacts = Extract<NoticeFacts, { readonly kind: 'HARD_STOP' }>;
const scopeOf = ({ portfolioId, scope, scopeId }: HardStopFacts): string => (scope === 'PORTFOLIO' ? portfolioId : `${portfolioId}/${scopeId}`);
const measured = (unit: HardStopFacts['unit'], value: string): string => (unit === 'USD' ? `$${value}` : unit === 'RATIO' ? `${new Decimal(value).times(100).toDecimalPlaces(2).toString()}%` : value);
/** Half a character, which somebody wrote or a cut leaves, is one that no receiver takes. */
const whole = (text: string): string => Buffer.from(text, 'utf8').toString('utf8');
const cut = (text: string, most: number): string => whole(text.length <= most ? text : `${text.slice(0, most - 1)}…`);

/** One notice as people read it. */
export const textOf = (facts: NoticeFacts, language: Language): string => cut(`${SIGNS[facts.kind]} ${SAYS[language](facts)}`, LINE_MAX);

/** A message as people read it, at `now` of market time: one notice by itself, or how many there are and the newest of them. */
export function messageText(message: Message, language: Language, now: number): string {
  const count = countOf(message);
  const shown = message.notices.slice(-LISTED_MAX);
  const lines = shown.map(({ at, facts }) => `${textOf(facts, language)}${now - at > LATE_MS ? ` (${new Date(at).toISOString()})` : ''}`);
  if (count === 1 && lines.length === 1) return lines.join('\n');
  const rest = count - shown.length;
  const more = language === 'en' ? `and ${rest} more before` : `이전 ${rest}건`;
  return [`${SIGNS[message.kind]} ${count} × ${NAMES[language][message.kind]}`, ...lines, ...(rest > 0 && shown.length > 0 ? [more] : [])].join('\n');
}
