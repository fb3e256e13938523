import { EN, type WordKey } from './en.js';
import { KO } from './ko.js';

export const LANGUAGES = { en: 'English', ko: '한국어' } as const;
export type Language = keyof typeof LANGUAGES;

const TEXTS = { en: EN, ko: KO };
const KEPT_AS = 'ballast.language';

/** One text in a language, with its {gaps} filled. */
export type Say = (key: WordKey, gaps?: Readonly<Record<string, string>>) => string;

export const sayIn =
  (language: Language): Say =>
  (key, gaps = {}) =>
    Object.entries(gaps).reduce<string>((text, [gap, value]) => text.replaceAll(`{${gap}}`, value), TEXTS[language][key]);

const isLanguage = (found: string | null): found is Language => found !== null && found in LANGUAGES;

/** What was chosen before, else what the browser asks for. */
export function languageNow(): Language {
  const kept = localStorage.getItem(KEPT_AS);
  if (isLanguage(kept)) return kept;
  return navigator.language.toLowerCase().startsWith('ko') ? 'ko' : 'en';
}

export function keepLanguage(language: Language): void {
  localStorage.setItem(KEPT_AS, language);
}
