import { Injectable } from '@nestjs/common';
import { Runtime } from '@ballast/bus';
import { ReadModels } from '@ballast/reports';

/** The one set of read models of this process, folded from the whole log. */
@Injectable()
export class LiveReadModels extends ReadModels {
  constructor(runtime: Runtime) {
    super();
    for (const projection of [this.trades, this.desk, this.books]) runtime.project(projection);
  }
}
