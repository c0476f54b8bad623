import type { Mark } from '../view/marks.ts';

interface Props {
  readonly mark: Mark;
  /** Instead of the mark's own word; empty for none. */
  readonly word?: string;
}

/** A state by colour, shape and word. */
export const MarkLabel = ({ mark, word = mark.word }: Props) => (
  <span class="mark" data-tone={mark.tone}>
    <span class="shape" aria-hidden="true">
      {mark.shape}
    </span>
    {word}
  </span>
);
