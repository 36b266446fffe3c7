"""Every number the made-up world runs on, with its source.

"Card" is the parameter card drawn from the published studies named beside each number; "assumption" marks our own
choice. Alliance effects are in SD of a measured alliance, improvement in SD of the end score given the start score,
drop-out in logits. Not modelled, because a clinic folder does not record what they turn on: therapist x modality
variance (the modality used in an episode), ethnic match, differences between clinics (there is one), and video versus
in person (0 on the card).
"""

from dataclasses import dataclass, replace
from datetime import date
from math import log, sqrt
from typing import Any, Literal

Effects = Literal["linear", "threshold", "stronger", "none"]
Matching = Literal["usual", "random", "recommended"]

# Logistic curve blurred by normal noise of variance v: slopes shrink by 1/sqrt(1 + LOGIT_BLUR v) (Zeger 1988).
LOGIT_BLUR = 0.346


@dataclass(frozen=True, slots=True)
class World:
    """The parameters of a simulated clinic; defaults are the published card.

    ``effects`` is the shape of what a therapist adds: ``linear``; ``threshold`` (the same effects as steps, which an
    additive model cannot represent); ``stronger`` (domain variance .12 and severity slope .8, the high-interaction
    sensitivity scenario); ``none`` (no therapist and no match effects). ``matching`` is how clients came to
    therapists: ``usual`` (next available, some wishes honoured, unwell clients drift to experienced therapists),
    ``random`` (any eligible therapist) or ``recommended`` (by true benefit seen through noise).
    """

    effects: Effects = "linear"
    matching: Matching = "usual"
    today: date = date(2026, 11, 20)
    years: float = 2.0
    """Length of the clinic's history."""

    therapist_variance: float = 0.05
    """Improvement, over clients of all severities: Johns 2019; Mahon 2023 (.024-.08)."""
    severity_slope: float = 0.45
    """Therapist SD grows by this share a SD of severity: .016/.042/.084 at -1/0/+1, Saxon & Barkham 2012 (1-10%)."""
    severity_slope_r: float = 0.9
    """Correlation of a therapist's slope with the level: assumption."""
    therapist_domain_variance: float = 0.015
    """Improvement: Kraus 2016 versus Nissen-Lie 2016, contested (0-.04)."""
    therapist_minority_variance: float = 0.005
    """Improvement, clients who name a community: Hayes 2016, "small"."""
    alliance_therapist_variance: float = 0.08
    """Share of a measured alliance: from memory (.03-.15)."""
    alliance_domain_variance: float = 0.01
    """Assumption."""
    dropout_therapist_sd: float = 0.45
    """Logit: Zimmermann 2017 (5.7%)."""
    dropout_domain_sd: float = 0.2
    """Logit: assumption, smaller than the level."""
    other_slope: float = 0.2
    """Severity slope of the alliance and drop-out effects as a share of their level: assumption."""
    outcome_r: tuple[float, float, float] = (0.5, 0.4, 0.3)
    """Correlations of a therapist's effects: alliance-improvement, alliance-staying, improvement-staying.
    Assumption, between Baldwin 2007 (nearly all shared) and the Swedish one-with-many study (little)."""
    self_rated_r: float = 0.05
    """Self-declared scope with true domain strength: Constantino 2023."""
    experience_10_years: float = 0.02
    """Improvement: Walsh 2019; Goldberg 2016."""

    preference_dropout_or: float = 1.79
    """No wish honoured versus all, whole effect: Swift 2018; Windle 2020 RR .62."""
    preference_alliance: float = 0.30
    """Windle 2020 d .48, shrunk."""
    preference_improvement: float = 0.10
    """Whole effect: Swift 2018 .28 versus Windle 2020 and Cooper 2021 none."""
    style_alliance_r: float = 0.10
    """Jacobsen 2025; style match has no effect on symptoms (Cooper 2021)."""
    modality_exposure: float = 0.35
    """OCD, trauma, sleep, panic, phobia, eating with a strong approach: guidelines, to be confirmed."""
    modality_other: float = 0.05
    """Saxon 2017."""
    community_improvement: float = 0.25
    """Clients who ask for a community, therapist trained in it: Soto 2018."""
    faith_improvement: float = 0.10
    """The same for a religion: Captari 2018."""

    alliance_reliability: float = 0.75
    """One session: Crits-Christoph 2011."""
    alliance_improvement_r: float = 0.28
    """Of the true (not the measured) alliance with improvement: Fluckiger 2018."""
    alliance_causal_share: float = 0.5
    """Assumption (.3-.8)."""
    alliance_completeness: float = 0.70
    """Asked at session 3, of those who came: assumption."""

    severity_sd: float = 1.0
    """Of intake severity, in SD of the measure's published intake scores."""
    severity_mean: float = 0.0
    """A university service is less unwell: about -1 with SD .5."""
    prognosis_sd: float = 0.25
    """Of improvement by what a client brings beyond the start score: assumption (case-mix SD .35 logit = .2 SD)."""
    start_end_r: float = 0.55
    """Card, from memory (.45-.65)."""
    end_spread: float = 1.16
    """SD of end scores over SD of start scores: NHS Talking Therapies PHQ-9 15.4 (5.5) to 9.4 (6.4)."""
    pre_post_effect: float = 0.90
    """Among clients with both scores: Wakefield 2021; Gaskell 2023."""

    dropout_rate: float = 0.20
    """Swift & Greenberg 2012: 19.7%."""
    dropout_per_alliance: float = -0.45
    """Logit a SD: Sharf 2010, from memory."""
    dropout_per_early_response: float = -0.5
    """Logit a SD: from memory."""
    dropout_per_week_wait: float = 0.05
    """Logit: assumption."""
    dropout_per_decade_age: float = -0.10
    """Logit: assumption; younger clients drop out more (Swift & Greenberg 2012)."""
    dropout_cost: float = 0.56
    """SD of improvement lost by leaving early: half of +6 PHQ-9 (Saxon 2017), the other half being selection."""
    early_response_g: float = 0.87
    """Early responders versus not, at the end: Beard, k=15 (.63-1.10)."""

    sessions_mean: float = 8.0
    """Before the yearly cap: Better Access 2021 5; Grow Therapy 9.6."""
    sessions_shape: float = 1.2
    """Of the negative binomial; with mean 8 it puts the median at 6."""
    sessions_cap: int = 10
    """Medicare rebates a year."""
    responsive_ending: float = 0.18
    """Correlation of good response with a short course: set so that recovery falls 88% to 62% (Barkham 2006)."""
    changed_rate: float = 0.04
    """Planned or not, clients who move to another therapist in the clinic: assumption."""
    no_show: float = 0.12
    """First session missed and put off by a fortnight: Davis 2020."""
    wait_weeks: float = 3.0
    """Mean wait from enquiry to first session: assumption."""

    start_completeness: float = 0.85
    """Intake score on file: assumption."""
    two_score_completeness: float = 0.45
    """Start and end score on file: Grow Therapy .22; NHS over .90."""
    missing_or: float = 1.5
    """Odds of an end score by SD of improvement: assumption (1-2.5)."""

    gender_wish: float = 0.40
    """Share of clients who state one: secondary sources (.3-.5)."""
    specialty_wish: float = 0.27
    """Share who ask for a way of working: Grow Therapy 27.1% filtered on specialty."""
    identity_wish: float = 0.044
    """Share who ask for a community: Grow Therapy 4.4%."""
    style_wish: float = 0.35
    """Share who answer the style questions: assumption."""
    wishes_honoured: float = 1.0
    """Log odds of being given a therapist who honours all wishes rather than none, under ``usual``: assumption."""
    scope_honoured: float = 1.5
    """Log odds of being given a therapist who lists all the client's concerns, under ``usual``: assumption."""
    severity_sorting: float = 0.3
    """Log odds by SD of severity and SD of experience, under ``usual``: assumption."""
    recommended_share: float = 0.0
    """Share of clients who took a recommendation in a clinic that else works as usual; all do under ``recommended``."""
    recommendation_noise: float = 0.25
    """SD of the error in the benefit a recommendation goes by, under ``recommended``: assumption."""

    def settled(self) -> "World":
        """Return the world with what ``effects`` switches off or makes stronger put into its numbers."""
        if self.effects == "stronger":
            return replace(self, therapist_domain_variance=0.12, severity_slope=0.8, alliance_domain_variance=0.05)
        if self.effects == "none":
            nothing: dict[str, Any] = dict.fromkeys(_MATCH_EFFECTS, 0.0)
            return replace(self, **nothing, preference_dropout_or=1.0)
        return self

    @property
    def alliance_on_improvement(self) -> float:
        """What one unit of alliance adds to improvement by itself."""
        return self.alliance_causal_share * self.alliance_improvement_r / sqrt(self.alliance_reliability)

    @property
    def level_variance(self) -> float:
        """Variance of a therapist's effect at average severity that makes ``therapist_variance`` the whole."""
        return self.therapist_variance / (1 + self.severity_slope**2)

    @property
    def early_response_r(self) -> float:
        """Correlation of early response with the end that gives the published difference between halves.

        Halves of a bivariate normal differ by 1.596 r in the other variable, whose SD within halves is sqrt(1 - .637
        r^2).
        """
        g = self.early_response_g
        return g / sqrt(1.596**2 + 0.637 * g**2)

    @property
    def preference_direct(self) -> float:
        """What all wishes honoured add to improvement beyond the better alliance and the fewer who leave early."""
        odds = self.dropout_rate / (1 - self.dropout_rate)
        half = sqrt(self.preference_dropout_or)
        saved = 1 / (1 + 1 / (odds * half)) - 1 / (1 + half / odds)
        through = self.alliance_on_improvement * self.preference_alliance + self.dropout_cost * saved
        return self.preference_improvement - through

    @property
    def preference_logit(self) -> float:
        """Direct effect of all wishes honoured on drop-out (logit): the published whole less the mediated."""
        whole = -log(self.preference_dropout_or) * sqrt(
            1 + LOGIT_BLUR * (self.dropout_noise + self.dropout_therapist_sd**2)
        )
        through = self.dropout_per_alliance * self.preference_alliance
        improvement = self.preference_direct + self.alliance_on_improvement * self.preference_alliance
        through += self.dropout_per_early_response * self.early_response_r * improvement
        return whole - through if self.preference_dropout_or != 1.0 else 0.0

    @property
    def dropout_noise(self) -> float:
        """Variance of the drop-out logit that no therapist explains: chance in alliance and early response."""
        alliance = self.dropout_per_alliance**2 * self.alliance_noise
        early = self.dropout_per_early_response**2 * (1 - self.early_response_r**2 * (1 - self.improvement_noise))
        both = self.noise_covariance + self.alliance_on_improvement * self.alliance_noise
        return (
            alliance
            + early
            + 2 * self.dropout_per_alliance * self.dropout_per_early_response * self.early_response_r * both
        )

    @property
    def improvement_noise(self) -> float:
        """Variance of improvement that nothing explains and leaving early does not add, the whole being 1."""
        therapist = self.therapist_variance + self.therapist_domain_variance
        leaving = self.dropout_cost**2 * self.dropout_rate * (1 - self.dropout_rate)
        return 1 - therapist - self.prognosis_sd**2 - leaving - 0.02

    @property
    def alliance_noise(self) -> float:
        """Variance of the true alliance that no therapist, domain or wish explains."""
        explained = self.alliance_therapist_variance + self.alliance_domain_variance + self.style_alliance_r**2
        return self.alliance_reliability - explained - 0.25 * self.preference_alliance**2 / 3

    @property
    def noise_covariance(self) -> float:
        """Covariance of the chance parts of alliance and improvement that makes the whole correlation the published."""
        target = self.alliance_improvement_r * sqrt(self.alliance_reliability)
        shared = self.outcome_r[0] * sqrt(self.alliance_therapist_variance * self.level_variance)
        through_leaving = -self.dropout_cost * 0.13 * self.dropout_per_alliance * self.alliance_reliability
        return target - shared - through_leaving - self.alliance_on_improvement * self.alliance_noise


_MATCH_EFFECTS = (
    "therapist_variance",
    "therapist_domain_variance",
    "therapist_minority_variance",
    "alliance_therapist_variance",
    "alliance_domain_variance",
    "dropout_therapist_sd",
    "dropout_domain_sd",
    "experience_10_years",
    "preference_alliance",
    "preference_improvement",
    "style_alliance_r",
    "modality_exposure",
    "modality_other",
    "community_improvement",
    "faith_improvement",
)
