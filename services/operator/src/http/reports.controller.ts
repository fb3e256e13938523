import { Controller, Get, Inject, Param, Query, Res } from '@nestjs/common';
import { ApiParam, ApiTags } from '@nestjs/swagger';
import type { Report } from '@ballast/reports';
import { makeReport, REPORT_KINDS } from '../cli/commands/report.js';
import { Read, Reads } from './access.js';
import { Desk } from './desk.js';
import { Problem } from './problem.js';
import { NoQuery, ReportQuery } from './requests.contracts.js';
import type { HttpReply } from './wire.js';

/** What `ballast report` makes, from the log alone (R58, R93, R106–R108). */
@ApiTags('reports')
@Controller('api/reports')
export class ReportsController {
  constructor(@Inject(Desk) private readonly desk: Desk) {}

  @Get()
  @Reads('which reports there are', NoQuery)
  kinds(@Query(new Read(NoQuery)) _query: NoQuery): readonly object[] {
    return REPORT_KINDS.map((kind) => ({ kind, href: `/api/reports/${kind}` }));
  }

  @Get(':kind')
  @Reads('one report of a period, as JSON, Markdown or CSV', ReportQuery)
  @ApiParam({ name: 'kind', schema: { type: 'string', enum: [...REPORT_KINDS] } })
  async report(@Param('kind') kind: string, @Query(new Read(ReportQuery)) { format = 'json', file, all, ...choice }: ReportQuery, @Res({ passthrough: true }) reply: HttpReply): Promise<unknown> {
    if (!REPORT_KINDS.includes(kind)) throw new Problem(404, `there is no report ${kind.slice(0, 40)}; there are: ${REPORT_KINDS.join(', ')}`);
    const made = await makeReport(this.desk.bus.store, kind, { ...choice, all: all === 'true' });
    if (format === 'json') return made.document;
    if (format === 'md') reply.type('text/markdown; charset=utf-8');
    return format === 'md' ? made.markdown : tableOf(made, file, reply);
  }
}

function tableOf({ csv }: Report, named: string | undefined, reply: HttpReply): string {
  const files = Object.keys(csv);
  const file = named ?? files[0];
  const text = file === undefined ? undefined : csv[file];
  if (file === undefined || text === undefined) throw new Problem(400, 'file: found no such table', { file: `found ${named === undefined ? 'nothing' : `"${named}"`}, allowed is one of ${files.join(', ') || 'none: this report has no table'}` });
  reply.type('text/csv; charset=utf-8').header('content-disposition', `attachment; filename="${file}"`);
  return text;
}
