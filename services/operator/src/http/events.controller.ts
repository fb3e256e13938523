import { Controller, Get, Inject, Query, Req, Res } from '@nestjs/common';
import { ApiHeader, ApiProduces, ApiTags } from '@nestjs/swagger';
import { By, Read, Reads } from './access.js';
import { Desk } from './desk.js';
import { LiveFeed, type Subscription } from './live-feed.js';
import { EventsQuery } from './requests.contracts.js';
import type { Caller } from './tokens.js';
import { headerOf, type HttpReply, type HttpRequest } from './wire.js';

/** What happens, as it happens. */
@ApiTags('live')
@Controller('api/events')
export class EventsController {
  constructor(
    @Inject(Desk) private readonly desk: Desk,
    @Inject(LiveFeed) private readonly live: LiveFeed,
  ) {}

  @Get()
  @Reads('server-sent events: decisions by kind, prices, a beat; goes on from Last-Event-ID', EventsQuery)
  @ApiHeader({ name: 'Last-Event-ID', required: false, schema: { type: 'string' } })
  @ApiProduces('text/event-stream')
  async events(@Query(new Read(EventsQuery)) { kinds }: EventsQuery, @By() { name }: Caller, @Req() request: HttpRequest, @Res() reply: HttpReply): Promise<void> {
    const lastEventId = headerOf(request, 'last-event-id');
    const wanted: Subscription = { name, ...(kinds === undefined ? {} : { kinds: kinds.split(',') }), ...(lastEventId === undefined ? {} : { lastEventId }) };
    await this.desk.feed.fresh();
    // Nothing is awaited from here on: whoever asks at the same moment is counted.
    this.live.demandRoom(wanted);
    reply.hijack();
    reply.raw.writeHead(200, { ...(reply.getHeaders() as Record<string, string>), 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-store', 'x-accel-buffering': 'no' });
    this.live.open(reply.raw, wanted);
  }
}
