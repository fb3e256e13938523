/** How a line looks; two lines differ in their dashes, not only in their colour. */
export interface Stroke {
  readonly colour: 'accent' | 'bad' | 'good' | 'warn';
  readonly dash?: 'dashed' | 'dotted';
  readonly isThin?: boolean;
}

/** Shapes that are told apart without their colour. */
export type GlyphShape = 'up' | 'down' | 'square' | 'cross' | 'diamond';

const PATHS: Readonly<Record<GlyphShape, string>> = {
  up: 'M0 -7 L7 6 L-7 6 Z',
  down: 'M0 7 L7 -6 L-7 -6 Z',
  square: 'M-6 -6 H6 V6 H-6 Z',
  cross: 'M-6 -6 L6 6 M-6 6 L6 -6',
  diamond: 'M0 -8 L8 0 L0 8 L-8 0 Z',
};
const DASHES: Readonly<Record<NonNullable<Stroke['dash']>, readonly number[]>> = { dashed: [8, 5], dotted: [2, 4] };

export const dashOf = ({ dash }: Stroke): readonly number[] => (dash ? DASHES[dash] : []);

interface GlyphProps {
  readonly shape: GlyphShape;
  readonly left: number;
  readonly top: number;
  readonly title?: string;
  readonly 'data-mark'?: string;
}

/** One shape in a drawing. */
export function Glyph({ shape, left, top, title, 'data-mark': mark }: GlyphProps) {
  return (
    <g class={`glyph ${shape}`} transform={`translate(${left.toFixed(1)} ${top.toFixed(1)})`} data-mark={mark} data-shape={shape}>
      {title !== undefined && <title>{title}</title>}
      <path d={PATHS[shape]} />
    </g>
  );
}

/** What a line or a shape of a drawing means, in words. */
export interface Meaning {
  readonly text: string;
  readonly stroke?: Stroke;
  readonly shape?: GlyphShape;
}

export function Legend({ label, meanings }: { readonly label: string; readonly meanings: readonly Meaning[] }) {
  return (
    <ul class="legend" aria-label={label}>
      {meanings.map(({ text, stroke, shape }) => (
        <li key={text}>
          <svg width="34" height="18" aria-hidden="true">
            {stroke && <line x1="1" y1="9" x2="33" y2="9" class={`stroke ${stroke.colour}`} stroke-width={stroke.isThin ? 1 : 2} stroke-dasharray={dashOf(stroke).join(' ')} />}
            {shape && <Glyph shape={shape} left={17} top={9} />}
          </svg>
          {text}
        </li>
      ))}
    </ul>
  );
}
