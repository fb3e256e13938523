import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { Client, Refusal } from './api/client.js';
import { type Live, LiveLink, START } from './api/live.js';
import type { Session } from './api/wire.js';
import { DeskContext, useDesk, useRoute } from './desk.js';
import { time } from './figures.js';
import { BotPage } from './pages/bot.js';
import { BotsPage } from './pages/bots.js';
import { ExplainPage } from './pages/explain.js';
import { LadderPage } from './pages/ladder.js';
import { NewBotPage } from './pages/new-bot.js';
import { ReportsPage } from './pages/reports.js';
import { RiskPage } from './pages/risk.js';
import { TradesPage } from './pages/trades.js';
import { Choice } from './parts/field.js';
import { HaltBar } from './parts/halt.js';
import { SignIn } from './sign-in.js';
import type { WordKey } from './words/en.js';
import { codeIn } from './words/codes.js';
import { keepLanguage, type Language, languageNow, LANGUAGES, sayIn } from './words/words.js';

const KEPT_AS = 'ballast.token';
/** Pause before a desk that did not answer is asked again who is signed in, ms. */
const AGAIN_MS = 2_000;
const PAGES: readonly (readonly [path: string, label: WordKey])[] = [['bots', 'bots'], ['trades', 'trades'], ['ladder', 'ladder'], ['risk', 'risk'], ['reports', 'reports']];

interface SignedIn {
  readonly token: string;
  readonly session: Session;
}

/** The whole console: a token first, then its pages. */
export function App() {
  const [language, setLanguage] = useState<Language>(languageNow);
  const [signedIn, setSignedIn] = useState<SignedIn | undefined>(undefined);
  const say = useMemo(() => sayIn(language), [language]);
  useEffect(() => {
    document.documentElement.lang = language;
  }, [language]);
  useEffect(() => {
    const kept = sessionStorage.getItem(KEPT_AS);
    // A desk that does not answer says nothing about the token: who needs it then would have to find it anew.
    const signIn = (token: string): Promise<void> =>
      new Client(token).get<Session>('/api/session').then(
        (session) => sessionStorage.getItem(KEPT_AS) === token && setSignedIn({ token, session }),
        (error: unknown) => (error instanceof Refusal && error.status === 401 ? sessionStorage.removeItem(KEPT_AS) : void setTimeout(() => sessionStorage.getItem(KEPT_AS) === token && void signIn(token), AGAIN_MS)),
      ).then(() => undefined);
    if (kept !== null) void signIn(kept);
  }, []);
  const signOut = (): void => {
    sessionStorage.removeItem(KEPT_AS);
    setSignedIn(undefined);
  };
  const choose = (
    <Choice
      label={say('language')}
      value={language}
      areNames
      onValue={(value) => {
        keepLanguage(value as Language);
        setLanguage(value as Language);
      }}
      options={Object.entries(LANGUAGES)}
    />
  );
  if (!signedIn) {
    return (
      <>
        <header class="top">{choose}</header>
        <SignIn
          say={say}
          onSignedIn={(token, session) => {
            sessionStorage.setItem(KEPT_AS, token);
            setSignedIn({ token, session });
          }}
        />
      </>
    );
  }
  return <Signed key={signedIn.token} {...signedIn} say={say} language={language} choose={choose} onSignOut={signOut} />;
}

interface SignedProps extends SignedIn {
  readonly say: ReturnType<typeof sayIn>;
  readonly language: Language;
  readonly choose: preact.JSX.Element;
  readonly onSignOut: () => void;
}

function Signed({ token, session, say, language, choose, onSignOut }: SignedProps) {
  const [live, setLive] = useState<Live>(START);
  const client = useMemo(() => new Client(token, onSignOut), [token]);
  const code = useMemo(() => codeIn(language), [language]);
  const link = useMemo(() => new LiveLink(client, setLive), [client]);
  useEffect(() => {
    link.start();
    return () => link.stop();
  }, [link]);
  return (
    <DeskContext.Provider value={{ client, session, live, link, say, code, language }}>
      <a class="skip" href="#content" onClick={(event) => { event.preventDefault(); document.getElementById('content')?.focus(); }}>{say('skip')}</a>
      <header class="top">
        <strong translate={false}>{say('title')}</strong>
        <Pages />
        {choose}
        <span class="who"><span translate={false}>{session.name}</span> · {code(session.role)}</span>
        <button type="button" onClick={onSignOut}>{say('signOut')}</button>
      </header>
      <HaltBar />
      <StaleNotice />
      <main id="content" tabIndex={-1} class={live.isStale ? 'stale' : ''}>
        {session.role === 'viewer' && <p class="quiet">{say('mayNot', { role: code(session.role) })}</p>}
        <CurrentPage />
      </main>
    </DeskContext.Provider>
  );
}

/** Said only once it lasts: a link that is just being made is no news. */
function StaleNotice() {
  const { say, live } = useDesk();
  const [isLate, setLate] = useState(false);
  useEffect(() => {
    setLate(false);
    const timer = setTimeout(() => setLate(true), live.heardAt === 0 ? 3_000 : 0);
    return () => clearTimeout(timer);
  }, [live.isStale]);
  if (!live.isStale || !isLate) return null;
  return <p class="notice bad" role="alert" data-fact="stale">{live.heardAt === 0 ? say('staleNever') : say('staleSince', { time: time(live.heardAt) })}</p>;
}

function Pages() {
  const { say } = useDesk();
  const [page = 'bots'] = useRoute();
  return (
    <nav aria-label={say('pages')}>
      {PAGES.map(([path, label]) => <a key={path} href={`#/${path}`} aria-current={page === path ? 'page' : undefined}>{say(label)}</a>)}
    </nav>
  );
}

function CurrentPage() {
  const { say } = useDesk();
  const [page = 'bots', id] = useRoute();
  const seen = useRef<string | undefined>(undefined);
  const heading = PAGES.find(([path]) => path === page)?.[1];
  useEffect(() => {
    document.title = [id ?? [], heading === undefined ? [] : say(heading), say('title')].flat().join(' · ');
  }, [id, heading, say]);
  useEffect(() => {
    const now = `${page}/${id ?? ''}`;
    if (seen.current !== undefined && seen.current !== now) document.getElementById('content')?.focus();
    seen.current = now;
  }, [page, id]);
  switch (page) {
    case 'bots': return id === undefined ? <BotsPage /> : <BotPage key={id} botId={id} />;
    case 'new': return <NewBotPage />;
    case 'trades': return id === undefined ? <TradesPage /> : <ExplainPage key={id} id={id} />;
    case 'ladder': return <LadderPage />;
    case 'risk': return <RiskPage />;
    case 'reports': return <ReportsPage />;
    default: return <p class="empty">{say('notFound')}</p>;
  }
}
