/** One server-sent event. */
export interface Frame {
  readonly event: string;
  readonly id: string | undefined;
  readonly data: string;
}

/** Cuts a stream of text into server-sent events, wherever the pieces were cut. */
export class Frames {
  private rest = '';

  take(text: string): readonly Frame[] {
    const blocks = (this.rest + text).replace(/\r\n/g, '\n').split('\n\n');
    this.rest = blocks.pop() ?? '';
    return blocks.filter((block) => block !== '').map(frameOf);
  }
}

function frameOf(block: string): Frame {
  const fields = new Map<string, string>();
  for (const line of block.split('\n')) {
    const at = line.indexOf(':');
    const [name, value] = at < 0 ? [line, ''] : [line.slice(0, at), line.slice(at + 1).replace(/^ /, '')];
    const before = name === 'data' ? fields.get(name) : undefined;
    fields.set(name, before === undefined ? value : `${before}\n${value}`);
  }
  return { event: fields.get('event') ?? 'message', id: fields.get('id'), data: fields.get('data') ?? '' };
}
