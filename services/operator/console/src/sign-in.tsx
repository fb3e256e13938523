import { useState } from 'preact/hooks';
import { Client, Refusal } from './api/client.js';
import type { Session } from './api/wire.js';
import { Field } from './parts/field.js';
import type { Say } from './words/words.js';

interface SignInProps {
  readonly say: Say;
  readonly onSignedIn: (token: string, session: Session) => void;
}

/** Asks for a token and tries it. It leaves this page in a header alone. */
export function SignIn({ say, onSignedIn }: SignInProps) {
  const [token, setToken] = useState('');
  const [fault, setFault] = useState<string | undefined>(undefined);
  const signIn = async (): Promise<void> => {
    const given = token.trim();
    try {
      onSignedIn(given, await new Client(given).get<Session>('/api/session'));
    } catch (error) {
      setFault(error instanceof Refusal ? (error.status === 401 ? say('tokenRefused') : error.message) : say('unreachable'));
    }
  };
  return (
    <main id="content" class="sign-in">
      <form
        class="card"
        onSubmit={(event) => {
          event.preventDefault();
          void signIn();
        }}
      >
        <h1 translate={false}>{say('title')}</h1>
        <Field label={say('token')} type="password" value={token} onValue={setToken} hint={say('tokenHint')} isRequired />
        {fault !== undefined && <p class="notice bad" role="alert">{fault}</p>}
        <div class="buttons"><button type="submit" class="primary">{say('signIn')}</button></div>
      </form>
    </main>
  );
}
