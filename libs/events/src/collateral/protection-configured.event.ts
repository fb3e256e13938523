import { Equals, IsInt, IsString, Matches, MaxLength, Min } from 'class-validator';
import { type Id, ID } from '@ballast/domain';
import { Nested } from '../contract.js';
import { InitialDistances, ProtectionSettings } from '../protection-shapes.js';
import { EventContract } from '../registry.js';

/** How this bot's position is protected from now on (R62); checked by side against its first distance (W-13). Written by: collateral. */
@EventContract({ writer: 'collateral', kind: 'protection' })
export class ProtectionConfigured {
  @Equals('ProtectionConfigured') readonly type = 'ProtectionConfigured';
  @Matches(ID) readonly botId!: Id;
  @Matches(ID) readonly accountId!: Id;
  @Matches(ID) readonly portfolioId!: Id;
  /** 1, 2, 3 … */
  @IsInt() @Min(1) readonly revision!: number;
  @Nested(() => ProtectionSettings) readonly settings!: ProtectionSettings;
  @IsString() @MaxLength(2000) readonly by!: string;
  /** What the distances were judged against. */
  @Nested(() => InitialDistances, { optional: true }) readonly initialDistances?: InitialDistances;
}
