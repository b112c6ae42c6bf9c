//! The closed lists of words an explanation uses. They are part of the contract
//! (`docs/model.md`, *explain*).

use serde::Serialize;

/// What a row of an explanation is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum What {
    /// The declaration of a measure.
    Measure,
    /// An event.
    Event,
    /// A planned consequence.
    Plan,
    /// What an event said before it was corrected.
    Wording,
    /// A source that says otherwise.
    Source,
    /// A correction, a source or a kind definition that was recorded later.
    Correction,
}

/// What something did for the answer; the most telling first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// It began the unbroken run of the status.
    BeganTheStatus,
    /// It gave the status that there was.
    GaveItAgain,
    /// It laid a suspension over the status.
    Suspended,
    /// It uncovered the status beneath a suspension.
    Uncovered,
    /// It gave a status that another one has followed since.
    ChangedTheStatus,
    /// It changed the status beneath a suspension, or gave that again.
    ChangedBeneath,
    /// It cancelled a plan.
    CancelledAPlan,
    /// It came in the place of a plan.
    ReplacedAPlan,
    /// It settles an event and stands for its plan, from the moment that was made.
    StandsForAPlan,
    /// It set attributes.
    SetAttributes,
    /// It made a plan.
    MadeAPlan,
    /// It says that a plan came (it lies later than the day, or does nothing else).
    ConfirmsAPlan,
    /// What it says about order leaves less of another date's window; it may lie later than the day.
    BoundsADate,
    /// The status before the first event.
    InitialStatus,
    /// It counts, and changed nothing.
    ChangedNothing,
    /// Too many worlds to tell what it did.
    MayHaveChangedIt,
}

/// Why something does not count; the most telling first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reason {
    /// It was recorded after the point of knowledge.
    NotYetKnown,
    /// It was withdrawn.
    Retracted,
    /// It was settled that it did not happen.
    Denied,
    /// Nothing that was public by the day asked speaks of it.
    NotYetPublic,
    /// It is expected; an expectation never changes a status.
    Expectation,
    /// A plan that an event or another plan cancelled.
    Cancelled,
    /// A plan in the place of which an event came, or for which one stands.
    Replaced,
    /// A plan kept back on its day for an event of that day, which then did not reach it.
    Withheld,
    /// A plan whose day lies before its maker's, in records that contradict one another.
    Contradicted,
    /// A plan that waits for its day, or has none.
    Pending,
    /// It lies later than the day.
    Later,
    /// It may lie later than the day, and makes no difference if it does not.
    PossiblyLater,
    /// It belongs to another measure and does not reach this one.
    OtherMeasure,
    /// A wording that a later record amended.
    Amended,
    /// A value that is not the one followed, where sources differ.
    Outvoted,
}

/// The rule that decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum RuleWord {
    /// Too many worlds to count.
    TooManyWorlds,
    /// The uncertain dates allow several answers.
    DatesOverlap,
    /// A whole whose parts differ.
    MixedWhole,
    /// A whole whose parts share the status.
    SharedByTheParts,
    /// The kind's initial status.
    InitialOfTheKind,
    /// The status given with the declaration.
    InitialGiven,
    /// A plan took effect on its day.
    PlanTookEffect,
    /// The status beneath a suspension holds again.
    SuspensionOver,
    /// A suspension lies over the status.
    SuspensionLiesOver,
    /// The last act that gives a status decides.
    LastAct,
    /// An event cancels the plans of those it names.
    CancelledByName,
    /// An act cancels plans, as the kind says.
    CancelledByKind,
    /// What ends a measure cancels its plans.
    CancelledByEnd,
    /// An event stands for the earliest due plan of its act.
    PlanReplaced,
    /// An event that settles a plan's maker stands for the plan.
    PlanSettled,
    /// Of several things on one day, plans come first, then events in the kind's order of acts.
    SameDayOrder,
    /// No world keeps all that is said of the order of the dates.
    Inconsistent,
}

impl What {
    /// The word that is written for it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Measure => "measure",
            Self::Event => "event",
            Self::Plan => "plan",
            Self::Wording => "wording",
            Self::Source => "source",
            Self::Correction => "correction",
        }
    }
}

impl Role {
    /// The word that is written for it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::BeganTheStatus => "began-the-status",
            Self::GaveItAgain => "gave-it-again",
            Self::Suspended => "suspended",
            Self::Uncovered => "uncovered",
            Self::ChangedTheStatus => "changed-the-status",
            Self::ChangedBeneath => "changed-beneath",
            Self::CancelledAPlan => "cancelled-a-plan",
            Self::ReplacedAPlan => "replaced-a-plan",
            Self::StandsForAPlan => "stands-for-a-plan",
            Self::SetAttributes => "set-attributes",
            Self::MadeAPlan => "made-a-plan",
            Self::ConfirmsAPlan => "confirms-a-plan",
            Self::BoundsADate => "bounds-a-date",
            Self::InitialStatus => "initial-status",
            Self::ChangedNothing => "changed-nothing",
            Self::MayHaveChangedIt => "may-have-changed-it",
        }
    }

    /// Whether it is about the status itself.
    #[must_use]
    pub fn gives_a_status(self) -> bool {
        match self {
            Self::BeganTheStatus
            | Self::GaveItAgain
            | Self::Suspended
            | Self::Uncovered
            | Self::ChangedTheStatus
            | Self::ChangedBeneath => true,
            Self::CancelledAPlan
            | Self::ReplacedAPlan
            | Self::StandsForAPlan
            | Self::SetAttributes
            | Self::MadeAPlan
            | Self::ConfirmsAPlan
            | Self::BoundsADate
            | Self::InitialStatus
            | Self::ChangedNothing
            | Self::MayHaveChangedIt => false,
        }
    }
}

impl Reason {
    /// The word that is written for it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::NotYetKnown => "not-yet-known",
            Self::Retracted => "retracted",
            Self::Denied => "denied",
            Self::NotYetPublic => "not-yet-public",
            Self::Expectation => "expectation",
            Self::Cancelled => "cancelled",
            Self::Replaced => "replaced",
            Self::Withheld => "withheld",
            Self::Contradicted => "contradicted",
            Self::Pending => "pending",
            Self::Later => "later",
            Self::PossiblyLater => "possibly-later",
            Self::OtherMeasure => "other-measure",
            Self::Amended => "amended",
            Self::Outvoted => "outvoted",
        }
    }
}
