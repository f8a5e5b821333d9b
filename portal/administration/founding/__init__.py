"""How neighbourhoods begin: what a file or somebody's answers say, what of it is new, and making it, all or nothing."""

from portal.administration.founding.columns import COLUMNS as COLUMNS
from portal.administration.founding.columns import Column as Column
from portal.administration.founding.plans import Plan as Plan
from portal.administration.founding.plans import plan as plan
from portal.administration.founding.rows import Problem as Problem
from portal.administration.founding.rows import Row as Row
from portal.administration.founding.rows import parse as parse
from portal.administration.founding.rows import template as template
from portal.administration.founding.services import carry_out as carry_out
from portal.administration.founding.services import waiting_accounts as waiting_accounts
