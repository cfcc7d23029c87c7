"""A mapping proposed for files of an unknown system, to be corrected by someone who knows it."""

from dealerml.exports.proposal.proposal import Proposal, propose_mapping, write_proposal

__all__ = ["Proposal", "propose_mapping", "write_proposal"]
