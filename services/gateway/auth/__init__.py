"""Who is there: sign-in and sessions for people, OAuth for programs.

For pages:

    from services.gateway.auth.access import current_caller, login_required, staff_required
    from services.gateway.auth.csrf import csrf_token          # also a template global of the same name
"""
