/** What a user is told of walls and of pairs that only attract. */
import { describe, expect, it } from 'vitest';
import { libraryPotential } from '../../../src/forcefield/library.ts';
import { interactionWarnings, refuseCollapse, visitWarnings } from '../../../src/run/walls.ts';
import { forceField, naclForceField, rockSalt } from '../../support/systems.ts';

const visit = { replica: 0, labels: ['Cl', 'Cl'], radius: 1.4851, visits: 3, firstSteps: [1, 50] } as const;

describe('visits', () => {
  it('are one sentence per pair of species, with the radius, the count and the first step', () => {
    const others = [
      { ...visit, replica: 2, visits: 4, firstSteps: [0, 0] },
      { ...visit, labels: ['Na', 'Cl'], radius: 1.106, visits: 1 },
    ] as const;
    expect(visitWarnings('relax', [visit, ...others], 3)).toEqual([
      'stage relax: Cl–Cl came closer than 1.49 Å, where a wall takes the place of the potential: ' +
        '7 visits (pairs × steps), the first at step 0 of replica 2',
      'stage relax: Na–Cl came closer than 1.11 Å, where a wall takes the place of the potential: ' +
        '1 visit (pairs × steps), the first in steps 1–50 of replica 0',
    ]);
    expect(visitWarnings('relax', [visit], 1)[0]).toMatch(/in steps 1–50$/);
    expect(visitWarnings('relax', [], 1)).toEqual([]);
  });
});

describe('pairs without a repulsion', () => {
  const attracting = forceField(naclForceField.species as never, [
    ...naclForceField.pairs.filter(({ between: [a, b] }) => a === b),
    { between: ['Na', 'Cl'], form: 'buckingham', params: { A: 0, rho: 0.3, C: 7 } },
  ]);
  const silent = {
    ...attracting,
    pairs: attracting.pairs.filter(({ between: [a, b] }) => a === b),
    silentPairs: [['Na', 'Cl']] as const,
  };
  const crystal = rockSalt(attracting, 5.64);

  it('are refused by name when it is their terms that attract', () => {
    expect(() => refuseCollapse(crystal, attracting)).toThrow(
      /Na and Cl attract each other at every distance/,
    );
    expect(() => refuseCollapse(crystal, naclForceField)).not.toThrow();
  });

  it('are warned of when the file declares them to have none', () => {
    expect(() => refuseCollapse(crystal, silent)).not.toThrow();
    expect(interactionWarnings(crystal, silent)).toEqual([
      expect.stringMatching(/^Na and Cl have opposite charges and no short-range term in the potential test/),
    ]);
    expect(interactionWarnings(crystal, naclForceField)).toEqual([]);
  });

  it('a barrier that thermal ions may climb is named', () => {
    const naf = libraryPotential('naf-fumi-tosi-1964');
    expect(interactionWarnings(rockSalt(naf, 4.62), naf)).toEqual([
      expect.stringMatching(/between Na and F in naf-fumi-tosi-1964 ends 0\.\d\d eV above their minimum/),
    ]);
  });
});
