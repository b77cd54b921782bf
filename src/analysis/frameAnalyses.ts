/** The registry of analyses of frames: name → definition, in the order of documentation. A new one is a file and a line here. */
import { erased, type FrameAnalysisEntry } from './analysis.ts';
import { density } from './density/density.ts';
import { motion } from './motion/displacementStatistics.ts';
import { greenKubo } from './motion/greenKubo.ts';
import { rotation } from './motion/rotation.ts';
import { vacf } from './motion/velocityCorrelation.ts';
import { sitesAndNetwork } from './network/sitesAndNetwork.ts';
import { shells } from './structure/anionShells.ts';
import { powder } from './structure/powderAnalysis.ts';
import { rdf } from './structure/rdf.ts';
import { scattering } from './structure/totalScattering.ts';

export const FRAME_ANALYSES: Readonly<Record<string, FrameAnalysisEntry>> = {
  rdf: erased(rdf),
  shells: erased(shells),
  scattering: erased(scattering),
  powder: erased(powder),
  sites: erased(sitesAndNetwork),
  density: erased(density),
  motion: erased(motion),
  vacf: erased(vacf),
  greenKubo: erased(greenKubo),
  rotation: erased(rotation),
};

export type FrameAnalysisName = string;
