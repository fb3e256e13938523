import { IsIn, IsObject, IsOptional, IsString, Matches, MaxLength } from 'class-validator';

/** One risk rule, evaluated on one plan: also after another has refused. */
export class RuleEvaluation {
  @Matches(/^[A-Za-z0-9._@-]{1,64}$/) readonly rule!: string;
  @Matches(/^[A-Za-z0-9._@/-]{1,64}$/) readonly profile!: string;
  /** WARN: beyond a limit that is only told of (R51). */
  @IsIn(['PASS', 'WARN', 'REFUSE', 'MISSING_INPUT']) readonly result!: 'PASS' | 'WARN' | 'REFUSE' | 'MISSING_INPUT';
  @IsIn(['USD', 'X', 'RATIO', 'BPS', 'MS', 'COUNT', 'STATE']) readonly unit!: 'USD' | 'X' | 'RATIO' | 'BPS' | 'MS' | 'COUNT' | 'STATE';
  /** What the rule measured; absent where its input is missing. */
  @IsOptional() @IsString() @MaxLength(2000) readonly value?: string;
  @IsOptional() @IsString() @MaxLength(2000) readonly limit?: string;
  /** limit - value in the rule's unit; negative = beyond. */
  @IsOptional() @IsString() @MaxLength(2000) readonly distance?: string;
  /** Every input by name, as recorded. */
  @IsObject() readonly inputs!: Readonly<Record<string, string>>;
}
