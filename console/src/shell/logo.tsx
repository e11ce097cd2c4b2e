/** A reel that sits in a dock. Decoration: the name always stands beside it. */
export function Logo({ sizePx = 22 }: { sizePx?: number }) {
  return (
    <svg width={sizePx} height={sizePx} viewBox="0 0 24 24" fill="none" aria-hidden="true" color="var(--rd-accent)">
      <circle cx="12" cy="9.5" r="6.6" stroke="currentColor" strokeWidth="2" />
      <g fill="currentColor">
        <circle cx="12" cy="6.9" r="1.15" />
        <circle cx="9.6" cy="10.9" r="1.15" />
        <circle cx="14.4" cy="10.9" r="1.15" />
      </g>
      <path
        d="M2.5 15v3.6A2.4 2.4 0 0 0 4.9 21h14.2a2.4 2.4 0 0 0 2.4-2.4V15"
        stroke="currentColor"
        strokeWidth="2"
        strokeLinecap="round"
      />
    </svg>
  )
}
