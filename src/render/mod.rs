//! Answers as text, JSON and HAL. Pure: what is shown depends on the answer alone.

pub mod badge;
pub mod can_i_deploy;
pub mod clean;
pub mod computed_from;
pub mod deletion;
pub mod doctor;
pub mod environment;
pub mod explorer;
pub mod hal;
pub mod html;
pub mod log;
pub mod matrix;
pub mod next_steps;
pub mod pact_diff;
pub mod pacticipant;
pub mod prometheus;
pub mod pull;
pub mod recorded;
pub mod relationships;
pub mod shell;
pub mod status;
pub mod table;
pub mod verification;
pub mod version;
pub mod webhook_log;
pub mod yaml;
