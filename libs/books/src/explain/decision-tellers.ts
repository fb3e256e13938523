import type { ApprovalReleased, HoldCause, RuleEvaluation, SignalRaised, TradeApproved, TradeDenied, TradePlanned } from '@ballast/events';
import type { Tellers, Words } from './chapter.js';
import type { StoryMemory } from './story-memory.js';
import { ruleWords } from './rule-words.js';
import { bpsText, jsonText, legText, moneyText, percentText, ruleText, seenText, timeText } from './text.js';

const RELEASED: Readonly<Record<ApprovalReleased['reason'], string>> = {
  OPENED: 'its orders and fills count from here on', CLOSED: 'the trade is over', EXPIRED: 'execution did not take it in time', REFUSED: 'execution refused it',
};

const HOLDERS: Readonly<Record<HoldCause, string>> = { HARD_STOP: 'hard stops', RECONCILIATION: 'the reconciliation', PERSON: 'a person' };

const WEIGHT: Readonly<Record<RuleEvaluation['result'], number>> = { REFUSE: 0, MISSING_INPUT: 0, WARN: 1, PASS: 2 };

/** What persons, strategies, sizing and risk decide. */
export const decisionTellers: Tellers<'SignalRaised' | 'SignalWithdrawn' | 'TradePlanned' | 'TradePlanInfeasible' | 'TradeApproved' | 'TradeDenied' | 'ApprovalReleased' | 'DayRolled' | 'VolumeCounted' | 'TradingStateChanged' | 'BotCreated' | 'BotConfigured' | 'BotStarted' | 'BotPaused' | 'BotStopped' | 'BotCloseAllRequested' | 'BotDeleted' | 'RequestClaimed' | 'RequestSettled'> = {
  SignalRaised: (event, memory) => signal(event, memory),
  SignalWithdrawn: ({ reason }) => ({ title: `signal withdrawn: ${reason}`, facts: [] }),
  TradePlanned: (event, memory) => plan(event, memory),
  TradePlanInfeasible: ({ reason, detail, caps, seen, bestImbalanceRatio }) => ({
    title: `no plan: ${reason}: ${detail}`,
    facts: [...caps.map(({ name, limit, source }) => `cap ${name}: ${moneyText(limit)} (${source})`), ...(bestImbalanceRatio ? [`best imbalance found ${percentText(bestImbalanceRatio)}`] : []), ...seen.map(seenText)],
  }),
  TradeApproved: (event) => approval(event),
  TradeDenied: (event) => denial(event),
  ApprovalReleased: ({ reason, planId }) => ({ title: `the approval no longer counts as exposure: ${RELEASED[reason]}`, facts: [`plan ${planId}`] }),
  DayRolled: ({ day, portfolioId }) => ({ title: `a new UTC day ${day} begins for portfolio ${portfolioId}: its daily volume starts at zero`, facts: [] }),
  VolumeCounted: ({ day, planVolume, turnover }) => ({ title: `counts ${moneyText(planVolume)} toward the volume of ${day}`, facts: [`turned over ${moneyText(turnover)}`] }),
  TradingStateChanged: ({ scope, scopeId, state, reason, by, hold }) => ({ title: `trading of ${scope.toLowerCase()} ${scopeId} is ${hold && hold.state !== state ? `still ${state}` : state}, by ${by}: ${reason}`, facts: hold ? [`${hold.state === 'ACTIVE' ? 'no longer held' : `held at ${hold.state}`} by ${hold.causes.map((cause) => HOLDERS[cause]).join(', ')}`] : [] }),
  BotCreated: ({ botId, strategy, accountId, portfolioId, profiles, settings, by }) => ({
    title: `bot ${botId} created: strategy ${strategy} in account ${accountId} of portfolio ${portfolioId}, under ${profiles.join(', ')}`,
    facts: [`settings ${jsonText(settings)}`, `by ${by}`],
  }),
  BotConfigured: ({ botId, settings, by }) => ({ title: `bot ${botId} has new settings, from its next signal on`, facts: [`settings ${jsonText(settings)}`, `by ${by}`] }),
  BotStarted: ({ botId, by }) => ({ title: `bot ${botId} started: it may raise signals`, facts: [`by ${by}`] }),
  BotPaused: ({ botId, by }) => ({ title: `bot ${botId} paused: no new entries, open trades go on`, facts: [`by ${by}`] }),
  BotStopped: ({ botId, reason, by }) => ({ title: `bot ${botId} stopped: ${reason}`, facts: [`by ${by}`] }),
  BotCloseAllRequested: ({ botId, reason, by }) => ({ title: `every position of bot ${botId} is to be closed: ${reason}`, facts: [`by ${by}`] }),
  RequestClaimed: ({ person, asked, attempt, replica }) => ({ title: `${person} asks for ${asked} over HTTP${attempt === 1 ? '' : `, attempt ${attempt}`}`, facts: [`carried out by ${replica}`] }),
  RequestSettled: ({ outcome, attempt }) => ({ title: `what was asked for over HTTP is ${outcome.toLowerCase()}`, facts: [`attempt ${attempt}`] }),
  BotDeleted: ({ botId, accountId, reason, by }) => ({ title: `bot ${botId} deleted: ${reason}`, facts: [`nothing of it was open; account ${accountId} keeps what is in it`, `by ${by}`] }),
};

function signal(event: SignalRaised, memory: StoryMemory): Words {
  const { purpose, reason, legs, targetNotional, seen, slippageBpsMax, costBudgetBps, expectedEdgeBps, confidence, validUntil } = event;
  if (purpose === 'EXIT') memory.exitSeen(event);
  return {
    title: `signal to ${purpose}: ${reason}`,
    facts: [
      ...legs.map(({ side, instrument }) => `wants to ${side} ${instrument}${targetNotional ? ` for ${moneyText(targetNotional)}` : ''}`),
      ...seen.map(seenText),
      `slippage at most ${bpsText(slippageBpsMax)}`,
      ...(expectedEdgeBps ? [`expected edge ${bpsText(expectedEdgeBps)}`] : []),
      ...(confidence ? [`confidence ${confidence.toString()}`] : []),
      ...(costBudgetBps ? [`cost budget ${bpsText(costBudgetBps)}`] : []),
      `valid until ${timeText(validUntil)}`,
    ],
  };
}

function plan({ outcome, imbalanceRatio, bindingCap, legs, caps, targetNotional, expectedCostBps, expectedEdgeBps, costBudgetBps, slippageBpsMax, eligibleCollateral, validUntil }: TradePlanned, memory: StoryMemory): Words {
  memory.legs = legs;
  return {
    title: `planned ${outcome}, imbalance ${percentText(imbalanceRatio)}, sized by ${bindingCap}`,
    facts: [
      `target ${moneyText(targetNotional)} a leg, eligible collateral ${moneyText(eligibleCollateral)}`,
      ...legs.flatMap(legText),
      ...caps.map(({ name, limit, source }) => `cap ${name}: ${moneyText(limit)} (${source})`),
      `expected cost of the round ${bpsText(expectedCostBps)}${costBudgetBps ? ` of a budget of ${bpsText(costBudgetBps)}` : ''}${expectedEdgeBps ? ` for an edge of ${bpsText(expectedEdgeBps)}` : ''}`,
      `slippage at most ${bpsText(slippageBpsMax)}; valid until ${timeText(validUntil)}`,
    ],
  };
}

const approval = ({ bindingRule, grossBefore, grossAfter, rules, planVolume, validUntil }: TradeApproved): Words => ({
  title: `approved, nearest limit: ${bindingRule}`,
  facts: [`gross exposure ${moneyText(grossBefore)} to ${moneyText(grossAfter)}`, `plan volume ${moneyText(planVolume)}; valid until ${timeText(validUntil)}`, ...rules.map(ruleText)],
});

/** What refuses comes first, then what warns. */
const sorted = (rules: TradeDenied['rules']): TradeDenied['rules'] => [...rules].sort((a, b) => WEIGHT[a.result] - WEIGHT[b.result]);

const denial = ({ bindingRule, reason, grossBefore, rules }: TradeDenied): Words => ({
  title: `denied by ${bindingRule}: ${reason}`,
  facts: [`gross exposure stays ${moneyText(grossBefore)}`, ...sorted(rules).map(ruleWords)],
});
