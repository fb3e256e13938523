import { describe, expect, it } from 'vitest';
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

  it('are said with their gaps filled', () => {
    expect([sayIn('en')('typeToConfirm', { word: 'HALT' }), sayIn('ko')('typeToConfirm', { word: 'HALT' })]).toEqual(['Type HALT to confirm', '확인하려면 HALT 입력']);
  });
});
