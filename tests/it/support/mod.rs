//! What tests share: the `git` program, repositories of every shape, and a sandbox for commands.

pub(crate) mod facts;
pub(crate) mod git;
pub(crate) mod listener;
pub(crate) mod proxy;
pub(crate) mod sandbox;
pub(crate) mod server;
pub(crate) mod shape;
pub(crate) mod shop;
pub(crate) mod team;
