import { Injectable } from '@nestjs/common';
import { Runtime } from '@ballast/bus';
import { ReadModels } from '@ballast/reports';
import { BotsProjection } from './bots.projection.js';

/** The one set of read models of this process, folded from the whole log. */
@Injectable()
export class LiveReadModels extends ReadModels {
  readonly bots = new BotsProjection();

  constructor(runtime: Runtime) {
    super();
    for (const projection of [this.trades, this.desk, this.books, this.bots]) runtime.project(projection);
  }
}
