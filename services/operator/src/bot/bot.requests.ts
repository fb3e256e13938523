import { ArrayMinSize, IsArray, IsObject, IsOptional, IsString, Matches, MaxLength, MinLength } from 'class-validator';
import { ID, type Id } from '@ballast/domain';

export class CreateBot {
  @Matches(ID) readonly botId!: Id;
  @Matches(ID) readonly portfolioId!: Id;
  /** An account is one bot's alone. */
  @Matches(ID) readonly accountId!: Id;
  @Matches(ID) readonly strategy!: string;
  @IsArray() @ArrayMinSize(1) @Matches(/^[A-Za-z0-9._-]{1,64}$/, { each: true }) readonly profiles!: readonly string[];
  @IsObject() readonly settings!: Readonly<Record<string, unknown>>;
}

export class NamedBot {
  @Matches(ID) readonly botId!: Id;
  @IsOptional() @IsString() @MaxLength(500) readonly reason?: string;
}

/** Deletes a bot for good. */
export class DeleteBot {
  @Matches(ID) readonly botId!: Id;
  @IsString() @MinLength(1) @MaxLength(500) readonly reason!: string;
}

export class ConfigureBot {
  @Matches(ID) readonly botId!: Id;
  @IsObject() readonly settings!: Readonly<Record<string, unknown>>;
}

export class BotsQuery {
  @IsOptional() @Matches(ID) readonly botId?: Id;
}
