export function renderReport(): string { return ''; }
export function renderAnalysis(..._x: unknown[]): string { return ''; }
