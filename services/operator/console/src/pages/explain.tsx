import type { Story } from '../api/wire.js';
import { useAnswer, useDesk } from '../desk.js';
import { time } from '../figures.js';
import { Waiting } from '../parts/notice.js';

/** The whole story of a round, decision by decision, in the desk's own words. */
export function ExplainPage({ id }: { readonly id: string }) {
  const { say } = useDesk();
  const story = useAnswer<Story>(`/api/trades/${encodeURIComponent(id)}/explain`);
  return (
    <>
      <p><a href="#/trades">{say('back')}</a></p>
      <h1 class="id">{say('explainOf', { id })}</h1>
      <Waiting answer={story} />
      <ol class="story" lang="en">
        {story.value?.chapters.map(({ at, partition, sequence, writer, event, title, facts }) => (
          <li key={`${partition}-${sequence}-${event}`} class="card">
            <p class="when"><time>{time(at)}</time> {writer} · {event}</p>
            <h2>{title}</h2>
            {facts.length > 0 && <ul>{facts.map((fact, index) => <li key={index}>{fact}</li>)}</ul>}
          </li>
        ))}
      </ol>
    </>
  );
}
