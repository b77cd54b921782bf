import { describe, expect, it } from 'vitest';
import { assignForceField, chargeWarnings, checkNeutral } from '../../../src/forcefield/assign.ts';
import { type CoulombMethod, withMethod } from '../../../src/forcefield/forceField.ts';
import { libraryNames, libraryPotential, parsePotential } from '../../../src/forcefield/library.ts';
import { exampleTerm, PAIR_FORMS } from '../../../src/forcefield/pairForms.ts';
import { POTENTIAL_SCHEMA } from '../../../src/forcefield/potentialSchema.ts';
import { naclForceField, rockSalt } from '../../support/systems.ts';

describe('the library', () => {
  it.each(libraryNames())('%s is valid, named after its file and says where it comes from', (name) => {
    const set = libraryPotential(name);
    expect(set.name).toBe(name);
    expect(set.citation.length).toBeGreaterThan(0);
    expect(set.description.length).toBeGreaterThan(30);
    expect(set.validFor).not.toBe('not stated');
    expect(set.knownFailures).not.toBe('not stated');
    for (const { charge, formalCharge } of Object.values(set.species)) {
      expect(Number.isInteger(formalCharge ?? charge)).toBe(true);
    }
  });

  it('an unknown name suggests the nearest', () => {
    expect(() => libraryPotential('nacl-fumi-tosi-1946')).toThrow(/did you mean "nacl-fumi-tosi-1964"/);
  });

  it('Fumi–Tosi follows its own algebra: A = 0.338e-19 J (1 + z_i/n_i + z_j/n_j), σ = σ_i + σ_j', () => {
    const b = 0.338 / 1.602176634;
    const nacl = libraryPotential('nacl-fumi-tosi-1964');
    const pauling = { 'Na Na': 1.25, 'Na Cl': 1, 'Cl Cl': 0.75 } as Record<string, number>;
    for (const { between, params } of nacl.pairs) {
      expect(Math.abs(params['A']! - b * pauling[between.join(' ')]!)).toBeLessThan(2e-6);
    }
  });

  it('is checked by a schema that is JSON and knows every form', () => {
    const text = JSON.stringify(POTENTIAL_SCHEMA);
    for (const name of Object.keys(PAIR_FORMS)) expect(text).toContain(`{"const":"${name}"}`);
  });
});

const species = {
  Li: { element: 'Li', mass: 6.94, charge: 1 },
  Cl: { element: 'Cl', mass: 35.45, charge: -1 },
};
const pairs = [
  { between: ['Li', 'Cl'], form: 'buckingham', params: { A: 100, rho: 0.3, C: 0 } },
  { between: ['Cl', 'Cl'], form: 'none' },
];
const parse = (change: object) =>
  parsePotential(JSON.stringify({ species, pairs, ...change }, null, 1), 'my.json');

describe('a potential file', () => {
  it('fills what is left out with the defaults of the contract', () => {
    const set = parse({});
    expect(set).toMatchObject({ name: 'my.json', cutoff: 10, truncation: 'none' });
    expect(set.coulomb).toEqual({ method: 'auto', accuracy: 1e-5, alpha: null });
    expect(set.silentPairs).toEqual([['Cl', 'Cl']]);
    const soft = parse({
      pairs: [{ between: ['Li', 'Cl'], form: 'softBVMorse', params: { D0: 1, alpha: 2, Rmin: 2 } }],
    });
    expect(soft.pairs[0]?.params['lambda']).toBe(0.5);
  });

  it.each<[string, object, RegExp]>([
    ['an unknown field', { cutof: 9 }, /my\.json:\d+: unknown field cutof; did you mean "cutoff"/],
    [
      'an unknown parameter',
      { pairs: [{ ...pairs[0], params: { A: 1, rho: 0.3, C: 0, rhoo: 1 } }] },
      /pairs\[0\]\.params\.rhoo; did you mean "rho"/,
    ],
    ['a missing parameter', { pairs: [{ ...pairs[0], params: { A: 1, C: 0 } }] }, /params\.rho is missing/],
    [
      'a parameter out of range',
      { pairs: [{ ...pairs[0], params: { A: 1, rho: -0.3, C: 0 } }] },
      /params\.rho: expected a number above 0 \(Å\), found -0\.3/,
    ],
    [
      'an unknown form',
      { pairs: [{ ...pairs[0], form: 'buckinham' }] },
      /pairs\[0\]\.form: expected one of .*"buckingham"/,
    ],
    ['an unknown species in a pair', { pairs: [{ ...pairs[0], between: ['Li', 'Br'] }] }, /no species "Br"/],
    [
      'no element',
      { species: { ...species, Li: { element: 'Lithium', mass: 1, charge: 1 } } },
      /"Lithium" is no element/,
    ],
    [
      'a mass of zero',
      { species: { ...species, Li: { element: 'Li', mass: 0, charge: 1 } } },
      /species\.Li\.mass: expected a number above 0/,
    ],
    ['an unknown method', { coulomb: { method: 'wolf' } }, /coulomb\.method: expected one of .*"dsf"/],
    [
      'a shell',
      { species: { ...species, Cl: { ...species.Cl, shell: {} } } },
      /core–shell species are not available/,
    ],
  ])('refuses %s, naming line and field', (_what, change, message) => {
    expect(() => parse(change)).toThrow(message);
  });

  it('reports broken JSON with its line', () => {
    expect(() => parsePotential('{\n "species": {,\n}', 'bad.json')).toThrow(/bad\.json:[23]:/);
  });

  it('has an example for every form that its schema accepts', () => {
    for (const form of Object.keys(PAIR_FORMS) as (keyof typeof PAIR_FORMS)[]) {
      const { params, curve } = exampleTerm(form);
      const points = curve && {
        r: [...curve.r],
        V: [...curve.energy],
        F: Array.from(curve.slope, (slope) => -slope),
      };
      const set = parse({ pairs: [{ between: ['Li', 'Cl'], form, params: points ?? params }] });
      expect(set.pairs[0]?.form).toBe(form);
    }
  });
});

describe('assigning a force field', () => {
  const crystal = rockSalt(naclForceField, 5.64);

  it('maps by label, then by element, and merges species that share a counterpart', () => {
    const split = {
      ...crystal,
      species: [...crystal.species, { label: 'Na2', element: 'Na', mass: 1 }],
      typeOf: Uint16Array.of(0, 2, 0, 2, 1, 1, 1, 1),
    };
    const assigned = assignForceField(split, naclForceField);
    expect(assigned.species.map(({ label }) => label)).toEqual(['Na', 'Cl']);
    expect([...assigned.typeOf]).toEqual([0, 0, 0, 0, 1, 1, 1, 1]);
    expect(assigned.species[0]).toMatchObject({ mass: 22.98976928, charge: 1, formalCharge: 1 });
  });

  it('refuses an unknown species and a missing pair', () => {
    const strange = { ...crystal, species: [{ label: 'K', element: 'K', mass: 39 }, crystal.species[1]!] };
    expect(() => assignForceField(strange, naclForceField)).toThrow(/has no species for K; known: Na, Cl/);
    const lacking = { ...naclForceField, pairs: naclForceField.pairs.slice(0, 2) };
    expect(() => assignForceField(crystal, lacking)).toThrow(/no term between Cl and Cl/);
    expect(() => assignForceField(crystal, { ...lacking, silentPairs: [['Cl', 'Cl']] })).not.toThrow();
    const cationsOnly = { ...naclForceField, pairs: naclForceField.pairs.slice(1) };
    expect(() => assignForceField(crystal, cationsOnly)).not.toThrow();
  });

  it('warns of a charged cell, saying what carries the charge; dsf refuses it', () => {
    const charged = {
      ...crystal,
      typeOf: crystal.typeOf.slice(0, 7),
      positions: crystal.positions.slice(0, 21),
    };
    const by = (method: CoulombMethod) => ({
      ...naclForceField,
      coulomb: withMethod(naclForceField.coulomb, method),
    });
    const carries = /carries \+1\.000 e \(4 Na × 1 e, 3 Cl × -1 e\)/;
    expect(() => checkNeutral(charged, by('dsf'))).toThrow(carries);
    expect(() => checkNeutral(crystal, by('dsf'))).not.toThrow();
    for (const method of ['auto', 'ewald', 'pppm'] as const) {
      expect(() => checkNeutral(charged, by(method))).not.toThrow();
      const warnings = chargeWarnings(charged, by(method));
      expect(warnings.join()).toMatch(carries);
      expect(warnings.join()).toMatch(/background of −1\.000 e neutralises it/);
      expect(chargeWarnings(crystal, by(method))).toEqual([]);
    }
    expect(chargeWarnings(charged, by('none'))).toEqual([]);
  });
});
