/** The registry of analyses of frames: name → definition, in the order of documentation. A new one is a file and a line here. */
import type { FrameAnalysisEntry } from './analysis.ts';

export const FRAME_ANALYSES: Readonly<Record<string, FrameAnalysisEntry>> = {};

export type FrameAnalysisName = string;
