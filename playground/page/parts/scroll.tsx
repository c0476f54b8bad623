import type { ComponentChildren } from 'preact';

interface Props {
  readonly label: string;
  readonly children: ComponentChildren;
}

/** What is wider or longer than its place, and can be scrolled with keys too. */
export const Scroll = ({ label, children }: Props) => (
  // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by those who have no pointer.
  <section class="scroll" aria-label={label} tabIndex={0}>
    {children}
  </section>
);
