@echo off
rem Windows: the launcher runs inside WSL (Windows Subsystem for Linux).
wsl --cd "%~dp0." -- ./tongban %*
exit /b %ERRORLEVEL%
