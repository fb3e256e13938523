import { useState } from 'preact/hooks';
import type { Criterion, Ladder, LadderDecision } from '../api/wire.js';
import { useAnswer, useDesk } from '../desk.js';
import { figure, time, usd } from '../figures.js';
import { Badge } from '../parts/badge.js';
import { Deed } from '../parts/deed.js';
import { Waiting } from '../parts/notice.js';
import { usePortfolio } from '../parts/portfolio.js';
import { type Column, Table } from '../parts/table.js';

/** Where a portfolio stands, what the next rung asks for, and who decides about it (W-18). */
export function LadderPage() {
  const { say } = useDesk();
  const [portfolio, choice] = usePortfolio();
  const answer = useAnswer<Ladder>(portfolio === undefined ? undefined : `/api/ladder?portfolio=${encodeURIComponent(portfolio)}`);
  const ladder = answer.value;
  return (
    <>
      <h1>{say('ladder')}</h1>
      {choice}
      {portfolio !== undefined && <Waiting answer={answer} />}
      {ladder && (ladder.standing ? <OnLadder ladder={ladder} standing={ladder.standing} /> : <p class="empty">{say('noLadder')}</p>)}
    </>
  );
}

function OnLadder({ ladder, standing }: { readonly ladder: Ladder; readonly standing: NonNullable<Ladder['standing']> }) {
  const { say } = useDesk();
  return (
    <>
      <dl class="facts">
        <div><dt>{say('portfolio')}</dt><dd translate={false}>{ladder.portfolioId}</dd></div>
        <div><dt>{say('standsOn')}</dt><dd data-fact="rung" translate={false}>{standing.rung}</dd></div>
        <div><dt>{say('since')}</dt><dd>{time(standing.at)}</dd></div>
        <div><dt>{say('nextRung')}</dt><dd translate={ladder.next === undefined}>{ladder.next ?? say('topRung')}</dd></div>
        <div><dt>{say('profiles')}</dt><dd translate={false}>{ladder.profile ?? '–'}</dd></div>
      </dl>
      {ladder.pending && <p class="notice warn" role="status">{say('pending', { by: ladder.pending.by, to: ladder.pending.to })}</p>}
      <LadderDeeds ladder={ladder} />
      <Criteria criteria={ladder.criteria ?? []} />
      {(ladder.checklist ?? []).length > 0 && <Checklist rows={ladder.checklist ?? []} />}
      {(ladder.rungs ?? []).length > 0 && <Rungs ladder={ladder} standing={standing.rung} />}
    </>
  );
}

function LadderDeeds({ ladder: { portfolioId, pending, next } }: { readonly ladder: Ladder }) {
  const { say } = useDesk();
  const [alertsUpdated, setAlertsUpdated] = useState(false);
  const bodyOf = (reason: string): object => ({ portfolioId, reason });
  const tell = ({ event, rung = '' }: LadderDecision): string | undefined => (event === 'PromotionDenied' ? say('denied', { rung }) : undefined);
  return (
    <div class="buttons start">
      {!pending && next !== undefined && (
        <Deed<LadderDecision> label="request" path="/api/ladder/request" text="requestText" asksReason bodyOf={(reason) => ({ portfolioId, alertsUpdated, reason })} tell={tell}>
          <label class="check"><input type="checkbox" checked={alertsUpdated} onChange={(event) => setAlertsUpdated(event.currentTarget.checked)} /> {say('alertsUpdated')}</label>
        </Deed>
      )}
      {pending && <Deed<LadderDecision> label="approve" role="approver" path="/api/ladder/approve" text="approveText" asksReason bodyOf={bodyOf} tell={tell} />}
      {pending && <Deed label="reject" role="approver" path="/api/ladder/reject" text="rejectText" asksReason bodyOf={bodyOf} />}
      <Deed label="rollback" path="/api/ladder/rollback" text="rollbackText" word="ROLLBACK" asksReason bodyOf={bodyOf} tone="bad" />
    </div>
  );
}

function Criteria({ criteria }: { readonly criteria: readonly Criterion[] }) {
  const { say, code } = useDesk();
  const columns: readonly Column<Criterion>[] = [
    { key: 'criterion', head: say('criterion'), isName: true, cell: ({ criterion }) => criterion },
    { key: 'now', head: say('now'), isFigure: true, cell: ({ value, unit }) => figure(value, unit, code) },
    { key: 'must', head: say('must'), isFigure: true, cell: ({ must, limit, unit }) => `${say(must)} ${figure(limit, unit, code)}` },
    { key: 'met', head: say('met'), cell: ({ met }) => <Badge state={say(met ? 'yes' : 'no')} tone={met ? 'good' : 'bad'} /> },
  ];
  return (
    <section>
      <h2>{say('criteria')}</h2>
      <Table label={say('criteria')} columns={columns} rows={criteria} keyOf={({ criterion }) => criterion} empty={say('none')} />
    </section>
  );
}

type ChecklistRow = NonNullable<Ladder['checklist']>[number];

function Checklist({ rows }: { readonly rows: readonly ChecklistRow[] }) {
  const { say, code } = useDesk();
  const columns: readonly Column<ChecklistRow>[] = [
    { key: 'item', head: say('item'), cell: ({ item }) => code(item) },
    { key: 'source', head: say('source'), cell: ({ source }) => <span lang="en">{source}</span> },
    { key: 'detail', head: say('detail'), cell: ({ detail }) => <span lang="en">{detail}</span> },
    { key: 'met', head: say('met'), cell: ({ met }) => <Badge state={say(met ? 'yes' : 'no')} tone={met ? 'good' : 'bad'} /> },
  ];
  return (
    <section>
      <h2>{say('checklist')}</h2>
      <Table label={say('checklist')} columns={columns} rows={rows} keyOf={({ item }) => item} empty={say('none')} />
    </section>
  );
}

function Rungs({ ladder, standing }: { readonly ladder: Ladder; readonly standing: string }) {
  const { say } = useDesk();
  const columns: readonly Column<NonNullable<Ladder['rungs']>[number]>[] = [
    { key: 'rung', head: say('rung'), isName: true, cell: ({ name }) => (name === standing ? <strong aria-current="step">{name}</strong> : name) },
    { key: 'capital', head: say('collateral'), isFigure: true, cell: ({ capital }) => (capital === undefined ? '–' : usd(capital)) },
    { key: 'leverage', head: say('leverage'), isFigure: true, cell: ({ leverageMax }) => (leverageMax === undefined ? '–' : `${leverageMax} ×`) },
  ];
  return <section><h2>{say('ladder')}</h2><Table label={say('rung')} columns={columns} rows={ladder.rungs ?? []} keyOf={({ name }) => name} empty={say('none')} /></section>;
}
