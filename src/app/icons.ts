/** Line icons on a 24 × 24 grid. */
export const ICONS = {
  run: 'M8 5.5v13l10.5-6.5Z',
  pause: 'M8.5 6v12M15.5 6v12',
  reset: 'M5 12a7 7 0 1 0 2.3-5.2M5 4v4h4',
  theme: 'M12 4a8 8 0 1 0 0 16ZM12 4a8 8 0 0 1 0 16',
  file: 'M6 3.5h8l4 4v13H6ZM14 3.5v4h4',
  down: 'M12 4v11m-4.5-4.5L12 15l4.5-4.5M5 19.5h14',
  chip: 'M7 7h10v10H7ZM10 3v4m4-4v4m-4 10v4m4-4v4M3 10h4m-4 4h4m10-4h4m-4 4h4',
  warning: 'M12 4.5 21 19.5H3ZM12 10v4.5m0 2.2v.1',
} as const;
