import { Equals, IsArray, IsBoolean, IsIn, IsInt, IsObject, IsOptional, IsString, Matches, MaxLength, Min, ValidateIf, ValidateNested } from 'class-validator';
import fc from 'fast-check';
import { ID, price, quantity } from '@ballast/domain';
import { describe, expect, it } from 'vitest';
import { ContractError, decodeAs, DecimalField, hydrateAs, judgeAs, Nested, takeAs } from './contract.js';
import { ContractReader, readWith } from './contract-reader.js';
import { contractOf, eventTypes, TradePlanned } from './index.js';

class Level {
  @DecimalField(price) readonly price!: object;
  @DecimalField(quantity, { optional: true }) readonly quantity?: object;
}

/** Every decorator that a contract of this project uses, and one rule that looks at two fields. */
class Everything {
  @Equals('Everything') readonly type = 'Everything';
  @Matches(ID) readonly id!: string;
  @IsString() @MaxLength(8) readonly text!: string;
  @IsOptional() @IsString() @MaxLength(8) readonly maybe?: string;
  @IsInt() @Min(0) readonly count!: number;
  @IsIn(['BUY', 'SELL']) readonly side!: string;
  @IsBoolean() readonly flag!: boolean;
  @IsObject() readonly inputs!: object;
  @IsArray() @Matches(/^[a-z]+$/, { each: true }) readonly names!: readonly string[];
  @DecimalField(price) readonly price!: object;
  @DecimalField(quantity, { optional: true }) readonly size?: object;
  @DecimalField(quantity, { array: true }) readonly slices!: readonly object[];
  @Nested(() => Level) readonly level!: Level;
  @Nested(() => Level, { array: true, optional: true }) readonly levels?: readonly Level[];
}

class Foreign {
  @ValidateNested() readonly level!: Level;
  @IsBoolean() readonly flag!: boolean;
}
class Conditional {
  @ValidateIf((held: Conditional) => held.flag) @IsInt() readonly count!: number;
  @IsBoolean() readonly flag!: boolean;
}
class OneTooMany {
  @IsInt({ groups: ['other'] }) readonly count!: number;
  @IsBoolean({ message: 'flag says yes or no' }) readonly flag!: boolean;
}

const VALID = { type: 'Everything', id: 'a-1', text: 'text', maybe: 'more', count: 3, side: 'BUY', flag: true, inputs: { a: '1' }, names: ['eth', 'sol'], price: '2756.9', size: '0', slices: ['0.1', '2'], level: { price: '1', quantity: '2' }, levels: [{ price: '1' }, { price: '2.5', quantity: '0.1' }] };

const outcomeOf = (read: () => object): unknown => {
  try {
    const value = read();
    return { type: value.constructor.name, fields: Object.keys(value), value };
  } catch (error) {
    if (!(error instanceof ContractError)) throw error;
    return { message: error.message, fields: error.fields };
  }
};

const ODD = fc.oneof(fc.constantFrom<unknown>(undefined, null, 0, -1, 1.5, NaN, '', 'BUY', 'buy', 'Everything', 'x'.repeat(9), '1.50', '-1', '1e3', true, [], {}, ['1', 2], [null], [{ price: '1' }], { price: 1 }, { price: '1', more: '1' }), fc.string(), fc.jsonValue());
const FIELD = fc.oneof(fc.constantFrom(...Object.keys(VALID)), fc.constantFrom('more', 'constructor', 'hasOwnProperty', 'toString'));
const MUTATED = fc.array(fc.tuple(FIELD, fc.option(ODD, { nil: 'left out' as const })), { maxLength: 3 }).map((changes) => {
  const json: Record<string, unknown> = structuredClone(VALID);
  for (const [field, value] of changes) {
    if (value === 'left out') delete json[field];
    else json[field] = value;
  }
  return json;
});

describe('ContractReader', () => {
  it('has a reader for every event', () => {
    expect(eventTypes().length).toBeGreaterThan(40);
    for (const type of eventTypes()) expect([type, ContractReader.of(contractOf(type)!.contract)]).toEqual([type, expect.any(ContractReader)]);
  });

  it('takes what is valid in one pass, as class-validator would', () => {
    expect(outcomeOf(() => ContractReader.of(Everything)!.read(VALID, { checked: true, own: false })!)).toEqual(outcomeOf(() => judgeAs(Everything, VALID)));
  });

  it('says of any input what class-validator alone says: the same values, or the same faults', () => {
    let taken = 0;
    fc.assert(fc.property(MUTATED, (json) => {
      const expected = outcomeOf(() => judgeAs(Everything, json));
      expect(outcomeOf(() => decodeAs(Everything, json))).toEqual(expected);
      if (expected !== null && typeof expected === 'object' && 'value' in expected) taken += 1;
    }), { numRuns: 300 });
    expect(taken).toBeGreaterThan(20);
  });

  it('takes in place only what it would take as a copy, and makes the same of it', () => {
    let both = 0;
    fc.assert(fc.property(MUTATED, (json) => {
      const copied = readWith(ContractReader.of(Everything), json, { checked: true, own: false });
      const taken = takeAs(Everything, structuredClone(json), true);
      if (!taken) return;
      both += 1;
      expect({ ...taken }).toEqual({ ...copied });
      expect(taken).toBeInstanceOf(Everything);
    }), { numRuns: 300 });
    expect(both).toBeGreaterThan(20);
    expect(takeAs(Everything, structuredClone(VALID), true)).toEqual(judgeAs(Everything, VALID));
  });

  it('judges the root too', () => {
    for (const json of [undefined, null, 'text', 3, [], [VALID]]) expect(outcomeOf(() => decodeAs(Everything, json))).toEqual(outcomeOf(() => judgeAs(Everything, json)));
  });

  it('leaves decorators it does not know to class-validator', () => {
    expect(ContractReader.of(Foreign)).toBeUndefined();
    for (const json of [{ flag: true, level: {} }, { flag: 1, level: 1 }]) expect(outcomeOf(() => decodeAs(Foreign, json))).toEqual(outcomeOf(() => judgeAs(Foreign, json)));
  });

  it('asks conditions and groups as class-validator does', () => {
    for (const json of [{ flag: true, count: 1 }, { flag: true, count: 'x' }, { flag: false, count: 'x' }, { flag: 1 }]) expect(outcomeOf(() => decodeAs(Conditional, json))).toEqual(outcomeOf(() => judgeAs(Conditional, json)));
    for (const json of [{ flag: true, count: 1 }, { flag: 'x', count: 1 }, { flag: true, count: 'x' }]) expect(outcomeOf(() => decodeAs(OneTooMany, json))).toEqual(outcomeOf(() => judgeAs(OneTooMany, json)));
  });

  it('reads a trusted message whatever a later build has added to it', () => {
    const added = { ...VALID, later: 'field', level: { price: '1', later: 1 }, text: 'longer than eight characters' };
    expect(hydrateAs(Everything, added)).toMatchObject({ later: 'field', text: 'longer than eight characters', price: price('2756.9'), level: { price: price('1'), later: 1 } });
    expect(hydrateAs(Everything, VALID)).toEqual(judgeAs(Everything, VALID));
  });

  it('names the fault of a list item inside a plan', () => {
    expect(() => decodeAs(TradePlanned, { type: 'TradePlanned', legs: [{ slices: ['1', 2] }] })).toThrow('legs[0].slices[1]: quantity: found number 2');
  });
});
