/** The registry of analyses of frames: name → definition, in the order of documentation. A new one is a file and a line here. */
import { erased, type FrameAnalysisEntry } from './analysis.ts';
import { density } from './density/density.ts';
import { motion } from './motion/displacementStatistics.ts';
import { sitesAndNetwork } from './network/sitesAndNetwork.ts';
import { rdf } from './structure/rdf.ts';

export const FRAME_ANALYSES: Readonly<Record<string, FrameAnalysisEntry>> = {
  rdf: erased(rdf),
  sites: erased(sitesAndNetwork),
  density: erased(density),
  motion: erased(motion),
};

export type FrameAnalysisName = string;
