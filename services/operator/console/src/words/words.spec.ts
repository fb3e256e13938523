import { describe, expect, it } from 'vitest';
import { codeIn, CODES } from './codes.js';
import { EN, type WordKey } from './en.js';
import { KO } from './ko.js';
import { sayIn } from './words.js';

const KEYS = Object.keys(EN) as WordKey[];
const gapsOf = (text: string): readonly string[] => [...text.matchAll(/\{\w+\}/g)].map(([gap]) => gap).sort();

describe('the texts of the console', () => {
  it('have the same gaps in Korean as in English, and none is empty (W-19)', () => {
    expect(KEYS.filter((key) => KO[key].trim() === '' || gapsOf(KO[key]).join() !== gapsOf(EN[key]).join())).toEqual([]);
    expect(Object.keys(KO).sort()).toEqual([...KEYS].sort());
  });

  it('are translated, but for the name', () => {
    expect(KEYS.filter((key) => KO[key] === EN[key])).toEqual(['title']);
  });

  it('have every word of the desk in Korean', () => {
    expect(Object.entries(CODES).filter(([, [en, ko]]) => en === '' || !/[가-힣]/.test(ko))).toEqual([]);
    expect([codeIn('en')('NOT_IN_FORCE'), codeIn('ko')('ProtectionDeposited'), codeIn('ko')('what nobody knows')]).toEqual(['NOT IN FORCE', '입금', 'what nobody knows']);
  });

  it('are said with their gaps filled', () => {
    expect([sayIn('en')('typeToConfirm', { word: 'HALT' }), sayIn('ko')('typeToConfirm', { word: 'HALT' })]).toEqual(['Type HALT to confirm', '확인하려면 HALT 입력']);
  });
});
